"""What `shuangbai check` says of each file, in Chinese and English, and its exit code.

Here: words and layout. Not here: finding out (`landing.checking`), why a row is set aside (`quarantine_reasons`), or
which cells are masked (landing, before it stores them). Shown are those of the key, by which a clerk finds the row,
and of the column concerned.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.console import Console

from orchestration.contracts import Contract
from orchestration.contracts.quarantine_reasons import column_of, column_words, fix_words, reason_words
from orchestration.installation.county_seeds import SeedsError
from orchestration.installation.messages import command_line_messages
from orchestration.installation.paths import Home
from orchestration.installation.progress import in_one_line
from orchestration.landing.batch import BatchRecord
from orchestration.landing.bounds import bounds
from orchestration.landing.checking import Finding, SetAside, check
from orchestration.landing.headers import MASK
from orchestration.landing.kinds import ENDINGS
from orchestration.landing.refusal import Refusal

ACCEPTED, REFUSED, QUARANTINED = 0, 1, 2
INDENTS = {"zh": "  ", "en": "    "}
# What may have been data: a word inside another one was once taken for a total.
KINDS_LOOKED_AT = ("total", "repeated_header")
DELIMITERS = {",": ",", ";": ";", "\t": "TAB"}


def check_files(home: Home, paths: Sequence[Path]) -> int:
    """Check the files one by one; 1 if any would be refused, else 2 if any row would be quarantined
    or none accepted, else 0."""
    console = Console(highlight=False, markup=False, soft_wrap=True)
    codes = set()
    for path in paths:
        try:
            found = check(home, path)
        except SeedsError as error:
            print(str(error), file=sys.stderr)
            return REFUSED
        codes.add(_show(console, found))
    return REFUSED if REFUSED in codes else QUARANTINED if QUARANTINED in codes else ACCEPTED


def _show(console: Console, found: Finding | Refusal) -> int:
    both = command_line_messages().both
    if isinstance(found, Refusal):
        console.print(f"{found.file_name}\n{both('check.refused')}\n  {found.message_zh}\n  {found.message_en}\n")
        return REFUSED
    record = found.record
    console.print(record.file_name)
    for name, fact in _facts(found).items():
        if fact:
            console.print(f"  {in_one_line(f'check.{name}')}: {fact}")
    for set_aside in found.set_aside:
        _show_reason(console, found.contract, set_aside)
    _show_warnings(console, found)
    if found.has_landed:
        console.print(both("check.has_landed"))
    if not record.accepted:
        has_rows = record.rows_in > record.non_data_kinds.get("blank", 0)
        console.print(both("check.none_accepted" if has_rows else "check.no_rows", **_account(found)) + "\n")
        return QUARANTINED
    if record.quarantined:
        console.print(both("check.some_quarantined", count=record.quarantined) + "\n")
        return QUARANTINED
    console.print(both("check.all_accepted") + "\n")
    return ACCEPTED


def _facts(found: Finding) -> dict[str, str]:
    """What was recognised, by message key; blank where there is nothing to say."""
    record, contract, positions = found.record, found.contract, found.header.positions
    form = [_kind(record), record.encoding, DELIMITERS.get(record.delimiter or "", record.delimiter)]
    present = [column for column in contract.columns if column.name in positions]
    return {
        "source": f"{contract.name_zh}  {contract.name_en} ({record.source})",
        "scope": f"{found.scope_name} {record.scope_code}",
        "as_of": record.as_of.isoformat(),
        "form": " · ".join(part for part in form if part),
        "header": in_one_line("check.header_row", row=found.header.row + 1),
        "columns_found": f"{len(present)}/{len(contract.columns)}: {_listed(c.header for c in present)}",
        "columns_dropped": _listed(c.header for c in present if c.type == "dropped"),
        "columns_absent": _listed(c.header for c in contract.columns if c not in present),
        "columns_unknown": _listed(record.unknown_columns),
        "rows": in_one_line("check.account", **_account(found)),
        "non_data": _listed(
            in_one_line(f"check.kind.{kind}", count=count) for kind, count in record.non_data_kinds.items()
        ),
    }


def _kind(record: BatchRecord) -> str:
    """What is in the file; and that its name ends in something else, where it does."""
    ending = Path(record.file_name).suffix.lower()
    if record.file_format in ENDINGS.get(ending.removeprefix("."), ()):
        return record.file_format
    return in_one_line("check.other_ending", kind=record.file_format, ending=ending)


def _show_warnings(console: Console, found: Finding) -> None:
    """What changes no exit code: the optional cells that would count as blank, and many rows passed over."""
    record, few = found.record, bounds().few_non_data
    for language, indent in INDENTS.items():
        say = command_line_messages()
        for column in found.contract.columns:
            if count := record.unreadable_cells.get(column.name):
                rows = ", ".join(map(str, record.unreadable_rows[column.name]))
                words = {"column": column_words(column, language), "count": count, "rows": rows}
                console.print(indent + say("check.unreadable", language, **words))
        for kind in KINDS_LOOKED_AT:
            if (count := record.non_data_kinds.get(kind, 0)) > few:
                console.print(indent + say(f"check.many.{kind}", language, count=count, few=few))


def _account(found: Finding) -> dict[str, int]:
    return {name: getattr(found.record, name) for name in ("rows_in", "accepted", "quarantined", "non_data")}


def _show_reason(console: Console, contract: Contract, set_aside: SetAside) -> None:
    for language, indent in INDENTS.items():
        words = {name: say(contract, set_aside.reason, language) for name, say in _SAID.items()}
        console.print(indent + command_line_messages()("check.reason", language, count=set_aside.count, **words))
    for place, cells in set_aside.first:
        told = _listed(
            f"{header}={cells[header]}"
            for header in _headers_shown(contract, set_aside.reason)
            if cells.get(header, "") not in ("", MASK)
        )
        console.print(f"      {in_one_line('check.row', row=place)}{': ' if told else ''}{told}")
    if further := set_aside.count - len(set_aside.first):
        console.print(f"      {in_one_line('check.more_rows', count=further)}")


_SAID = {"reason": reason_words, "fix": fix_words}


def _headers_shown(contract: Contract, reason: str) -> list[str]:
    """The key, or where there is none the first column, and the column concerned."""
    key = [column.header for column in contract.columns if column.name in contract.key and not column.is_masked]
    concerned = column_of(contract, reason)
    return list(dict.fromkeys([*(key or [contract.columns[0].header]), *([concerned.header] if concerned else [])]))


def _listed(words: Iterable[str]) -> str:
    return " | ".join(words)
