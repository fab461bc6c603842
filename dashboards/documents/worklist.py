"""A township's worklist as a workbook: what is wrong with which record, how to mend it, and two columns to answer in.

Written for clerks of a township: in Chinese, pleasant to print, protected against a slip of the hand. Reading the
answers is in `answers.py`; which rows are on it is a query's business. No cell names a person.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import xlsxwriter

from dashboards.catalogue import CATALOGUE
from dashboards.edition import Row
from orchestration.workbench import ANSWERS, workbench_text
from orchestration.workbench.records import AnswerCode

# By text key, with the width in characters. The last two are hidden: they say which row of the ledger an answer is of.
COLUMNS = {
    "record": 20,
    "source": 18,
    "rule": 34,
    "fix": 40,
    "effect": 26,
    "file": 40,
    "sheet": 10,
    "line": 8,
    "answer": 14,
    "comment": 34,
    "rule_id": 10,
    "source_id": 10,
}
ANSWERED, HIDDEN = ("answer", "comment"), ("rule_id", "source_id")
MARK_ROW, TOP = 2, 4  # Where the mark of the list stands, and its header; counted from 0.
A4 = 9


@dataclass(frozen=True)
class Township:
    """Whose list it is, and of which data."""

    division_code: str
    division_name: str
    edition_id: str
    as_of: dt.date
    is_synthetic: bool


def heading(column: str) -> str:
    return CATALOGUE("worklist.sheet_name" if column == "sheet" else f"worklist.{column}", "zh")


def answer_texts() -> dict[str, AnswerCode]:
    """What can be answered: the text on the list, and its code."""
    return {workbench_text("answer", code, "zh"): code for code in ANSWERS}


def file_name(township: Township) -> str:
    name = CATALOGUE("worklist.file_name", "zh", division=township.division_name)
    return f"{name}_{township.division_code[:9]}_{township.as_of:%Y-%m-%d}.xlsx"


def write(township: Township, rows: Iterable[Row]) -> bytes:
    """The workbook. Rows as `queries.failing.worklist` gives them, with `source_name`."""
    rows, target = list(rows), io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    # Without it the file would carry the clock of the machine.
    book.set_properties({"created": dt.datetime.combine(township.as_of, dt.time())})
    sheet = book.add_worksheet(CATALOGUE("worklist.sheet", "zh"))
    _titles(book, sheet, township, len(rows))
    given = book.add_format({"text_wrap": True, "valign": "top", "border": 1, "num_format": "@"})
    open_to_all = book.add_format({"text_wrap": True, "valign": "top", "border": 1, "num_format": "@", "locked": False})
    for at, row in enumerate(rows, start=TOP + 1):
        for place, (column, cell) in enumerate(_cells(row).items()):
            if column in ANSWERED:
                sheet.write_blank(at, place, None, open_to_all)
            else:  # Never `write`: what stands in a registry must not become a formula or a link.
                sheet.write_string(at, place, cell, given)
    if rows:
        _drop_down(sheet, len(rows))
    # Without a password: it keeps a slip of the hand out of the numbers, and nobody out of the sheet.
    sheet.protect("", {"format_columns": True, "format_rows": True, "sort": True, "autofilter": True})
    book.close()
    return target.getvalue()


def _cells(row: Row) -> dict[str, str]:
    effects = {"decides": row["decides"], "doubts": row["doubts"]}
    said = [CATALOGUE(f"worklist.{effect}", "zh", indicators=names) for effect, names in effects.items() if names]
    return {
        "record": row["record_ref"],
        "source": row["source_name"],
        "rule": row["rule_text"],
        "fix": row["fix_text"] or "",
        "effect": "；".join(said) or CATALOGUE("worklist.no_effect", "zh"),
        "file": row["source_file"] or "",
        "sheet": row["sheet_name"] or "",
        "line": "" if row["source_row"] is None else str(row["source_row"]),
        "answer": "",
        "comment": "",
        "rule_id": row["rule_id"],
        "source_id": row["source"],
    }


def _titles(book: Any, sheet: Any, township: Township, count: int) -> None:
    bold, plain = book.add_format({"bold": True, "font_size": 14}), book.add_format()
    header = book.add_format({"bold": True, "text_wrap": True, "valign": "vcenter", "border": 1, "bg_color": "#E7EFF8"})
    values = {"division": township.division_name, "as_of": f"{township.as_of:%Y-%m-%d}", "count": count}
    sheet.write_string(0, 0, CATALOGUE("worklist.title", "zh", **values), bold)
    sheet.write_string(1, 0, CATALOGUE("worklist.how", "zh"), plain)
    mark = f"{township.division_code} · {township.edition_id}"
    sheet.write_string(MARK_ROW, 0, CATALOGUE("worklist.mark", "zh", mark=mark), plain)
    if township.is_synthetic:
        sheet.write_string(MARK_ROW + 1, 0, CATALOGUE("banner.synthetic", "zh"), plain)
    for place, (column, width) in enumerate(COLUMNS.items()):
        sheet.set_column(place, place, width, None, {"hidden": column in HIDDEN})
        sheet.write_string(TOP, place, heading(column), header)
    sheet.freeze_panes(TOP + 1, 1)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(TOP)
    sheet.autofilter(TOP, 0, TOP + max(count, 1), len(COLUMNS) - 1)


def _drop_down(sheet: Any, count: int) -> None:
    place = list(COLUMNS).index("answer")
    sheet.data_validation(
        TOP + 1, place, TOP + count, place,
        {"validate": "list", "source": list(answer_texts()), "error_message": CATALOGUE("worklist.choose", "zh")},
    )  # fmt: skip
