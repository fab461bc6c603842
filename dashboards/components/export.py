"""Any view as a file to keep: a workbook, a text table, or a page that needs no other file.

Each holds what it is of (sentence, period, edition, whether synthetic, provisional or hypothetical) and how its
indicators are defined. Columns are written if they have a name in the catalogue (`column.<name>`), in the order of the
rows; whatever has none stays inside. Not here: a figure, or the bulletin (`documents/`).
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial

import streamlit as st
import xlsxwriter
from streamlit.delta_generator import DeltaGenerator
from xlsxwriter.worksheet import Worksheet

from dashboards import formatting, queries
from dashboards.catalogue import CATALOGUE
from dashboards.components import download
from dashboards.edition import Edition, Row
from dashboards.markup import macros
from dashboards.theme import PAPER_CSS, stylesheet
from dashboards.view import View, text

_HTML = macros("export")
FORMATS = ("xlsx", "csv", "html")
# Shares of 1, written as percentages.
RATES = {
    *("value", "target_value", "ci_low", "ci_high", "shrunk_value", "share", "weight_share", "improvement"),
    *("p_top3", "p_bottom3", "p_front", "p_rear", "coverage_estimate", "keyless_share", "next_month_probability"),
    *("year_to_date", "required_rate", "centre", "low_95", "high_95", "low_998", "high_998", "difference"),
}
# Codes that have words: column and the first part of their keys.
SPOKEN = {
    "verdict": "state",
    "tier": "tier",
    "score_trend": "trend",
    "domain": "domain",
    "measure_kind": "measure",
    "capability": "capability",
    "period_kind": "kind",
    "urgency": "urgency",
}
# What a spreadsheet would take for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
Cell = str | int | float | dt.date | None


@dataclass(frozen=True)
class Paper:
    """What a file holds: the sentence, facts about it by label, tables by title, definitions of indicators."""

    language: str
    sentence: str
    facts: dict[str, str]
    tables: dict[str, Sequence[Row]]
    definitions: list[Row] = field(default_factory=list)

    def label(self, column: str) -> str | None:
        key = f"column.{column}"
        return CATALOGUE(key, self.language) if key in CATALOGUE.keys else None

    def columns(self, rows: Sequence[Row]) -> dict[str, str]:
        return {name: label for name in (rows[0] if rows else ()) if (label := self.label(name))}

    def said(self, column: str, value: object) -> Cell:
        """A cell as a number, a date or words; never a formula."""
        if isinstance(value, bool):
            return CATALOGUE(f"export.{'yes' if value else 'no'}", self.language)
        if isinstance(value, Decimal):
            return float(value)
        if value is None or isinstance(value, int | float | dt.date):
            return value
        words = str(value)
        if column in SPOKEN and (key := f"{SPOKEN[column]}.{words}") in CATALOGUE.keys:
            words = CATALOGUE(key, self.language)
        return f"'{words}" if words.startswith(FORMULA) else words


def offer(
    controls: DeltaGenerator,
    edition: Edition,
    view: View,
    sentence: str,
    tables: Mapping[str, Sequence[Row]],
    *,
    is_hypothetical: bool = False,
) -> None:
    """A button among the controls that unfolds to the three forms; a file is made when it is asked for.

    `tables`: text key of the title → rows as a query gave them. One without rows is left out.
    """
    filled = {text(key): rows for key, rows in tables.items() if rows}
    if not filled:
        return
    paper = Paper(
        view.language,
        sentence.replace(formatting.THIN_SPACE, ""),
        _facts(edition, view, is_hypothetical),
        filled,
        queries.frame.indicators(edition, view.language),
    )
    edition_id = queries.frame.edition(edition)["edition_id"].rpartition("-")[2]
    name = f"{'hypothetical-' if is_hypothetical else ''}{view.kind}-{view.start:%Y-%m}-{edition_id}"
    with controls, st.popover(text("export.button"), key="export", help=text("export.help")):
        for form in FORMATS:
            download.button(
                text(f"export.{form}"),
                partial(written, paper, form),
                f"shuangbai-{name}.{form}",
                key=f"export.{form}",
                width="stretch",
            )


def _facts(edition: Edition, view: View, is_hypothetical: bool) -> dict[str, str]:
    current = queries.frame.edition(edition)
    division = queries.frame.division(edition, view.language, view.parent_code)["division_name"]
    facts = {
        "export.period": view.period,
        "export.division": division,
        "export.edition": current["edition_id"],
        "export.created": formatting.moment(current["created_at"], view.language),
        "export.as_of": formatting.date(current["newest_as_of"], view.language),
        "export.view": view.link(),
    }
    marks = {
        "whatif.warning": is_hypothetical,
        "banner.synthetic": current["is_synthetic"],
        "mark.provisional": view.is_provisional,
    }
    notes = " ".join(text(key) for key, holds in marks.items() if holds)
    facts |= {"export.note": notes} if notes else {}
    return {text(key): value.replace(formatting.THIN_SPACE, "") for key, value in facts.items()}


def written(paper: Paper, form: str) -> bytes:
    """The file's bytes."""
    return {"xlsx": _workbook, "csv": _text, "html": _page}[form](paper)


def _workbook(paper: Paper) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        formats = {
            "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom"}),
            "rate": book.add_format({"num_format": "0.000%"}),
            "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
            "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        }
        about = book.add_worksheet(CATALOGUE("export.about", paper.language))
        about.set_column(0, 0, 18)
        about.set_column(1, 1, 100, formats["wrap"])
        about.write_string(0, 0, paper.sentence, formats["head"])
        for place, (label, value) in enumerate(paper.facts.items(), 2):
            about.write_string(place, 0, label)
            about.write_string(place, 1, value)
        for number, (title, rows) in enumerate(paper.tables.items(), 1):
            _sheet(book.add_worksheet(f"{number} {_sheet_name(title)}"), paper, title, rows, formats)
        if paper.definitions:
            sheet = book.add_worksheet(CATALOGUE("export.definitions", paper.language))
            sheet.set_column(0, 0, 24)
            sheet.set_column(1, 1, 90, formats["wrap"])
            for place, one in enumerate(paper.definitions):
                for column, name in enumerate(("indicator_name", "definition", "source_clause")):
                    sheet.write_string(place, column, one[name] or "")
    return target.getvalue()


def _sheet(sheet: Worksheet, paper: Paper, title: str, rows: Sequence[Row], formats: Row) -> None:
    columns = paper.columns(rows)
    sheet.write_string(0, 0, title)
    sheet.freeze_panes(2, 1)
    for place, (name, label) in enumerate(columns.items()):
        sheet.write_string(1, place, label, formats["head"])
        sheet.set_column(place, place, 12 if name in RATES else 16)
    for line, row in enumerate(rows, 2):
        for place, name in enumerate(columns):
            value = paper.said(name, row[name])
            if isinstance(value, str):
                sheet.write_string(line, place, value)
            elif isinstance(value, dt.date):
                sheet.write_datetime(line, place, value, formats["date"])  # ty: ignore[invalid-argument-type]
            elif value is not None:
                sheet.write_number(line, place, value, formats["rate"] if name in RATES else None)


def _sheet_name(title: str) -> str:
    """What a workbook allows as a name."""
    return "".join(letter for letter in title if letter not in "[]:*?/\\'")[:25]


def _text(paper: Paper) -> bytes:
    """The tables below each other; what they are of stands above, each line marked with `#`."""
    target = io.StringIO()
    target.write(f"# {paper.sentence}\r\n")
    for label, value in paper.facts.items():
        target.write(f"# {label}: {value}\r\n")
    for one in paper.definitions:
        target.write(f"# {one['indicator_name']}: {one['definition']}\r\n")
    lines = csv.writer(target)
    for title, rows in paper.tables.items():
        columns = paper.columns(rows)
        target.write(f"# {title}\r\n")
        lines.writerow(columns.values())
        lines.writerows([paper.said(name, row[name]) for name in columns] for row in rows)
    return target.getvalue().encode("utf-8-sig")


def _page(paper: Paper) -> bytes:
    tables = [
        (title, columns.values(), [[_cell(paper, name, row[name]) for name in columns] for row in rows])
        for title, rows in paper.tables.items()
        for columns in (paper.columns(rows),)
    ]
    language, heading = "zh-CN" if paper.language == "zh" else "en", CATALOGUE("export.definitions", paper.language)
    return _HTML.page(paper, language, stylesheet(PAPER_CSS), tables, heading).encode()


def _cell(paper: Paper, name: str, value: object) -> tuple[str, bool]:
    """What is shown, and whether it is a number."""
    said = paper.said(name, value)
    if said is None or isinstance(said, str | dt.date):
        return str(said or ""), False
    return formatting.share(said, paper.language) if name in RATES and said >= 0 else f"{said:g}", True
