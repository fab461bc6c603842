"""The page that a county hands to its clerks: what each extract must hold, made from the contracts and the suites.

Here: one self-contained HTML page per language. Not here: any fact about an extract: what is not in a contract or a
suite is not on the page. `python -m orchestration.commands.contract_guide OUT` writes it (make docs).
"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from expectations.suite import Suite, load_suites
from orchestration.contracts import Column, Contract, load_contracts
from orchestration.contracts.quarantine_reasons import (
    column_of,
    column_words,
    fix_words,
    labels,
    reason_words,
    reasons_of,
)
from orchestration.installation.messages import LANGUAGES, command_line_messages
from orchestration.landing.headers import HEADER_WITHIN_ROWS

SAMPLE_NAME = "gpl_resident__623021__2026-10-31.csv"
# By type, so that a new contract has its examples too; by name where a column must agree with the identity number,
# which is the one printed in the standard, GB 11643.
EXAMPLES = {
    "code6": "620102",
    "date": "2026-10-05",
    "timestamp": "2026-10-05 08:30:00",
    "amount": "12.50",
    "id": "11010519491231002X",
    "phone": "13900000000",
    "dropped": "",
    "birth_date": "1949-12-31",
    "sex": "女",
}
VILLAGE, TOWNSHIP = "623021100201", "623021100000"
CSS = Path(__file__).with_suffix(".css")
LANGUAGE_TAGS = {"zh": "zh-Hans", "en": "en"}
Rows = list[Sequence[str]]
_TEMPLATE = Environment(
    loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True
).get_template("contract_guide.html")


def main(out: Path) -> None:
    """Write `guide_zh.html` and `guide_en.html` into `out`. Raises ContractError, ValueError for a wrong suite."""
    out.mkdir(parents=True, exist_ok=True)
    contracts, suites = load_contracts(), load_suites()
    for language in LANGUAGES:
        (out / _file(language)).write_text(page(contracts, suites, language), encoding="utf-8")
    print(command_line_messages().both("guide.written", files=" ".join(str(out / _file(one)) for one in LANGUAGES)))


def page(contracts: dict[str, Contract], suites: Sequence[Suite], language: str) -> str:
    """The page in one language; extracts in the order of their suites."""
    say = _Texts(language)
    other = next(one for one in LANGUAGES if one != language)
    named = [(suite, contracts[suite.name]) for suite in suites if suite.name in contracts]
    return _TEMPLATE.render(
        say=say,
        tags=(LANGUAGE_TAGS[language], LANGUAGE_TAGS[other]),
        style=Markup(CSS.read_text(encoding="utf-8")),
        other=_file(other),
        values={"count": len(named), "example": SAMPLE_NAME, "within": HEADER_WITHIN_ROWS},
        extracts=[_extract(contract, suite, say) for suite, contract in named],
    )


class _Texts:
    """The catalogue in one language."""

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, key: str, **values: object) -> str:
        return command_line_messages()(key, self.language, **values)

    def name(self, contract: Contract) -> str:
        return getattr(contract, f"name_{self.language}")

    def described(self, part: Contract | Column) -> str:
        return getattr(part, f"description_{self.language}")

    def columns(self, columns: Iterable[Column]) -> str:
        separator = "、" if self.language == "zh" else ", "
        return separator.join(column_words(column, self.language) for column in columns)


def _extract(contract: Contract, suite: Suite, say: _Texts) -> dict[str, object]:
    """What the template shows of one extract; a table is its headings and its rows."""
    return {
        "source": contract.source,
        "shape": contract.shape,
        "name": say.name(contract),
        "described": say.described(contract),
        "key": say.columns(column for column in contract.columns if column.name in contract.key),
        "columns": (("header", "meaning", "type", "required", "codes", "example", "aliases"), _columns(contract, say)),
        "sample": _sample(contract),
        "quarantine": (("reason", "fix"), _quarantine(contract, say)),
        "rules": (("rule", "fix", "severity", "rule_id"), _rules(suite, say)),
    }


def _columns(contract: Contract, say: _Texts) -> Rows:
    return [
        (
            column.header,
            say.described(column),
            command_line_messages()(f"guide.type.{column.type}", say.language),
            command_line_messages()(f"guide.is_{'required' if column.required else 'optional'}", say.language),
            _values(column, say.language),
            example(column),
            " / ".join(column.aliases),
        )
        for column in contract.columns
    ]


def _values(column: Column, language: str) -> str:
    if language == "zh" or not column.codes:
        return " / ".join(labels(column))
    return " / ".join(f"{label} ({code.replace('_', ' ')})" for label, code in column.codes.items())


def example(column: Column) -> str:
    """What a clerk may write in a column; blank for one that is better left so."""
    if column.name in EXAMPLES:
        return EXAMPLES[column.name]
    if fixed := labels(column):
        return fixed[0]
    if column.type == "code12":
        return TOWNSHIP if column.cut_to_township else VILLAGE
    initials = "".join(word[0] for word in column.name.split("_")).upper()
    return EXAMPLES.get(column.type, f"{initials}0001")


def _sample(contract: Contract) -> str:
    lines = io.StringIO()
    csv.writer(lines, lineterminator="\n").writerows(
        [[column.header for column in contract.columns], [example(column) for column in contract.columns]]
    )
    return lines.getvalue()


def _quarantine(contract: Contract, say: _Texts) -> Rows:
    """One row per kind of reason and thing to do, with all the columns it may be about."""
    grouped: dict[tuple[str, str], list[str]] = {}
    for reason in reasons_of(contract):
        kind, column = reason.partition(":")[0], column_of(contract, reason)
        detail = {"unknown_code": reason, "unreadable": column.type if column else ""}.get(kind, "")
        grouped.setdefault((kind, detail), []).append(reason)
    rows = []
    for reasons in grouped.values():
        words = say.columns(column for reason in reasons if (column := column_of(contract, reason)))
        rows.append([tell(contract, reasons[0], say.language, words) for tell in (reason_words, fix_words)])
    return rows


def _rules(suite: Suite, say: _Texts) -> Rows:
    return [
        (
            getattr(rule.meta, f"text_{say.language}") + (" *" if rule.meta.affects_accuracy else ""),
            getattr(rule.meta, f"fix_{say.language}"),
            command_line_messages()(f"guide.severity.{rule.meta.severity}", say.language),
            rule.meta.rule_id,
        )
        for rule in suite.expectations
    ]


def _file(language: str) -> str:
    return f"guide_{language}.html"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
