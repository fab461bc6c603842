"""`shuangbai compare A B`: what a later edition says of what an earlier one had published, and why.

Here: which editions are meant, the tables on the terminal, the file. Not here: the comparison (`restatement`).
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import xlsxwriter
from rich.console import Console
from rich.table import Table

from orchestration.installation.durable import durable
from orchestration.installation.errors import BilingualError
from orchestration.installation.messages import command_line_messages
from orchestration.installation.paths import Home
from orchestration.installation.progress import in_one_line
from orchestration.installation.sql import only_row
from orchestration.publishing.edition import DATABASE
from orchestration.publishing.restatement import BATCHES, EDITIONS, LISTED, SUMMARY, TARGETS, compared

ROWS_SHOWN = 30
NAMES_SHOWN = 10
ROWS_PER_SHEET = 1_048_575
CHARACTERS_PER_CELL = 32_767
FORMATS = (".csv", ".xlsx")
COLUMNS = (
    *("kind", "change", "period_kind", "period_start", "division_code", "division_name", "indicator_code"),
    *("indicator_name", "as_published", "as_now_known", "reasons", "batches"),
)
# Columns whose codes are said in words.
SPOKEN = {"kind", "change", "period_kind", "reasons"}


class UnknownEditionError(BilingualError):
    """No edition, or more than one, goes by that name."""


def compare(home: Home, before: str, after: str, out: Path | None) -> int:
    """Show the differences, and write them all to `out` (`.csv` or `.xlsx`); the exit code."""
    both = command_line_messages().both
    if out is not None and out.suffix.lower() not in FORMATS:
        print(both("compare.bad_format", file=out.name, formats=" ".join(FORMATS)), file=sys.stderr)
        return 1
    try:
        editions = [find_edition(home, name) for name in (before, after)]
        with compared(*editions) as connection:
            _show(connection)
            return _write(connection, out) if out is not None else 0
    except UnknownEditionError as error:
        print(str(error), file=sys.stderr)
    except (duckdb.IOException, duckdb.CatalogException, duckdb.BinderException):
        print(both("compare.no_edition_file", names=f"{before}, {after}"), file=sys.stderr)
    return 1


def find_edition(home: Home, name: str) -> Path:
    """The file of an edition: `current`, `previous`, an id or the beginning of one, or a path. Raises
    UnknownEditionError."""
    known = sorted(file.parent.name for file in home.editions.glob(f"[0-9]*/{DATABASE}"))
    if name in ("current", "previous"):
        current = home.current_edition.resolve().name
        if current not in known:
            raise UnknownEditionError("compare.none_published")
        place = known.index(current) - (name == "previous")
        if place < 0:
            raise UnknownEditionError("compare.no_previous", edition=current)
        return home.editions / known[place] / DATABASE
    path = Path(name).expanduser()
    for file in (path, path / DATABASE):
        if file.is_file():
            return file.resolve()
    if len(found := [one for one in known if one.startswith(name)]) == 1:
        return home.editions / found[0] / DATABASE
    key = "compare.ambiguous" if found else "compare.unknown"
    raise UnknownEditionError(key, name=name, known="\n  ".join((found or known)[-NAMES_SHOWN:]) or "–")


def _show(connection: duckdb.DuckDBPyConnection) -> None:
    console, text = Console(), command_line_messages()

    def say(words: str) -> None:
        console.print(words, highlight=False, markup=False, soft_wrap=True)

    (old, old_software), (new, new_software) = connection.execute(EDITIONS).fetchall()
    say(text.both("compare.editions", before=old, after=new))
    if old_software != new_software:
        say(text.both("compare.software", before=old_software, after=new_software))
    for change in ("arrived", "withdrawn", "gone"):
        names = [name for kind, _, name in connection.execute(BATCHES).fetchall() if kind == change]
        if names:
            say(text.both(f"compare.batches.{change}", count=len(names)))
            say("".join(f"  {name}\n" for name in names[:NAMES_SHOWN]) + _more(len(names) - NAMES_SHOWN))
    if targets := connection.execute(TARGETS).fetchall():
        say(text.both("compare.targets", count=len(targets)))
        lines = [f"  {zh} {en} ({code}, {scope})\n" for code, zh, en, scope in targets]
        say("".join(lines[:NAMES_SHOWN]) + _more(len(lines) - NAMES_SHOWN))
    summary = connection.execute(SUMMARY).fetchall()
    if not summary:
        say(text.both("compare.same"))
        return
    table = Table(title=in_one_line("compare.summary"), title_justify="left")
    for key in ("kind", "change", "period_kind", "count"):
        table.add_column(in_one_line(f"compare.column.{key}"), justify="right" if key == "count" else "left")
    for *codes, count in summary:
        table.add_row(*map(_in_words, codes), f"{count:,}")
    console.print(table)
    _show_restated(connection, console)


def _show_restated(connection: duckdb.DuckDBPyConnection, console: Console) -> None:
    """The first of what had been published and is different now; whole new periods are only counted."""
    (total,) = only_row(connection.execute("select count(*) from difference where is_restated"))
    if not total:
        console.print(command_line_messages().both("compare.only_new"), highlight=False)
        return
    shown = connection.execute(f"from ({LISTED}) where is_restated limit {ROWS_SHOWN}")
    table = Table(title=in_one_line("compare.restated", shown=min(total, ROWS_SHOWN), total=f"{total:,}"))
    table.title_justify = "left"
    for key in ("period_start", "division_name", "indicator_name", "as_published", "as_now_known", "why"):
        table.add_column(command_line_messages().both(f"compare.column.{key}"), overflow="fold")
    for row in _rows(shown):
        files = row["batches"].split(" | ") if row["batches"] else []
        why = "\n".join([row["reasons"], *files[:2], *([f"+{len(files) - 2}"] if len(files) > 2 else [])])
        period = f"{row['period_start']:%Y-%m}\n{row['period_kind']}"
        name = row["indicator_name"] or row["kind"]
        table.add_row(period, row["division_name"], name, row["as_published"], row["as_now_known"], why)
    console.print(table)
    console.print(command_line_messages().both("compare.legend"), highlight=False, markup=False, soft_wrap=True)


def _write(connection: duckdb.DuckDBPyConnection, out: Path) -> int:
    both = command_line_messages().both
    (rows,) = only_row(connection.execute("select count(*) from difference"))
    if out.suffix.lower() == ".xlsx" and rows > ROWS_PER_SHEET:
        print(both("compare.too_many", rows=f"{rows:,}"), file=sys.stderr)
        return 1
    cells = ([row[name] for name in COLUMNS] for row in _rows(connection.execute(LISTED)))
    headings = [in_one_line(f"compare.column.{name}") for name in COLUMNS]
    with durable(out) as temporary:
        (_write_csv if out.suffix.lower() == ".csv" else _write_sheet)(temporary, headings, cells)
    print(both("compare.written", rows=rows, out=out.resolve()))
    return 0


def _rows(result: duckdb.DuckDBPyConnection) -> Iterator[dict[str, Any]]:
    """The rows of a query over `difference`, codes in words; nothing is None but what is a date."""
    names = [column[0] for column in result.description]
    while block := result.fetchmany(10_000):
        for cells in block:
            row = dict(zip(names, cells, strict=True))
            row = {name: "" if cell is None else cell for name, cell in row.items()}
            row |= {name: _in_words(row[name]) for name in SPOKEN & row.keys()}
            row["indicator_name"] = f"{row['indicator_name_zh']} {row['indicator_name_en']}".strip()
            yield row


def _in_words(codes: str) -> str:
    """Each of the codes, separated by blanks, in both languages."""
    return "; ".join(in_one_line(f"compare.word.{code}") for code in codes.split())


def _write_csv(path: Path, headings: Sequence[str], rows: Iterator[list[Any]]) -> None:
    # With a byte-order mark, for the spreadsheet program that takes UTF-8 without one for GBK.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(headings)
        writer.writerows(rows)


def _write_sheet(path: Path, headings: Sequence[str], rows: Iterator[list[Any]]) -> None:
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    sheet = book.add_worksheet(command_line_messages()("compare.sheet", "zh"))
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(headings) - 1, 18)
    sheet.write_row(0, 0, headings, book.add_format({"bold": True, "text_wrap": True}))
    for number, cells in enumerate(rows, start=1):
        for position, cell in enumerate(cells):
            sheet.write_string(number, position, str(cell)[:CHARACTERS_PER_CELL])
    book.close()


def _more(count: int) -> str:
    return f"  {in_one_line('compare.more', count=f'{count:,}')}\n" if count > 0 else ""
