"""The form on which an audit's results come back: a workbook that lands as the `audit_sample` extract once filled in.

Here: sheet, headers, drop-downs, titles. Not here: which files are on it (`audit_draw`). The headers are the
contract's, so a form cannot drift from what landing reads; its name is no delivery until the day of return stands in
it, because the as-of of a delivery says how far its data reach.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import xlsxwriter

from orchestration.audits.draw import Draw, DrawnFile
from orchestration.contracts import Column, Contract
from orchestration.installation.messages import LANGUAGES, command_line_messages
from orchestration.landing.headers import SYNTHETIC_MARKER

SOURCE = "audit_sample"
# Beside the contract's columns: where to go. Landing neither reads nor stores it.
VILLAGE_AFTER = "record_no"
WIDTHS = {"date": 14, "code": 14, "code12": 16, "text": 26}
VILLAGE_WIDTH, MARKER_WIDTH = 32, 10
MARKED = "是"
A4 = 9


def form_name(draw: Draw) -> str:
    """The file name of a township's form: the delivery's, but for the day, which whoever returns it puts in."""
    return f"{SOURCE}__{draw.township_code[:9]}__{command_line_messages()('audit.return_day', 'zh')}.xlsx"


def write_form(path: Path, contract: Contract, draws: Sequence[Draw], titles: Sequence[str]) -> None:
    """The files of `draws` on one sheet, `titles` above the header, one a row."""
    book = xlsxwriter.Workbook(path)
    # Without it the file would carry the clock of the machine.
    book.set_properties({"created": datetime.combine(max(draw.as_of for draw in draws), time())})
    formats = {
        "title": book.add_format({"bold": True}),
        "header": book.add_format({"bold": True, "text_wrap": True, "valign": "vcenter", "border": 1}),
        "given": book.add_format({"num_format": "@", "border": 1}),
        "text": book.add_format({"num_format": "@", "border": 1, "locked": False}),
        "date": book.add_format({"num_format": "yyyy-mm-dd", "border": 1, "locked": False}),
    }
    sheet = book.add_worksheet(command_line_messages()("audit.sheet", "zh"))
    for row, title in enumerate(titles):
        sheet.write_string(row, 0, title, formats["title"])
    files = [(draw, file) for draw in draws for file in draw.sample]
    is_synthetic = any(draw.is_synthetic for draw in draws)
    _write_table(sheet, contract, files, len(titles), is_synthetic, formats)
    sheet.freeze_panes(len(titles) + 1, 0)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(len(titles))
    # Without a password: it keeps a slip of the hand out of the numbers, and nobody out of the sheet.
    sheet.protect("", {"format_columns": True, "format_rows": True, "sort": True, "autofilter": True})
    book.close()


def _write_table(
    sheet: Any,
    contract: Contract,
    files: Sequence[tuple[Draw, DrawnFile]],
    top: int,
    is_synthetic: bool,
    formats: dict[str, Any],
) -> None:
    position = 0
    for column in contract.columns:
        sheet.set_column(position, position, WIDTHS[column.type])
        sheet.write_string(top, position, f"{column.header}\n({column.name})", formats["header"])
        given = [_given(column, draw, file) for draw, file in files]
        for row, value in enumerate(given, start=top + 1):
            if value is None:
                sheet.write_blank(row, position, None, formats["date" if column.type == "date" else "text"])
            else:  # Never `write`: what stands in a registry must not become a formula or a link.
                sheet.write_string(row, position, value, formats["given"])
        if None in given:
            newest = max(draw.as_of for draw, _ in files)
            sheet.data_validation(top + 1, position, top + len(files), position, _validation(column, newest))
        position += 1
        if column.name == VILLAGE_AFTER:
            villages = [f"{file.village_code} {file.village_name}" for _, file in files]
            heading = "\n".join([command_line_messages()("audit.village", one) for one in LANGUAGES])
            _write_column(sheet, position, top, heading, villages, VILLAGE_WIDTH, formats)
            position += 1
    if is_synthetic:
        _write_column(sheet, position, top, SYNTHETIC_MARKER, [MARKED] * len(files), MARKER_WIDTH, formats)


def _given(column: Column, draw: Draw, file: DrawnFile) -> str | None:
    """What the form says already; the rest is for the clerk."""
    return {"audit_no": file.audit_no, "record_no": file.record_no, "township_code": draw.township_code}.get(
        column.name
    )


def _validation(column: Column, as_of: date) -> dict[str, Any]:
    if column.codes:
        rule: dict[str, Any] = {"validate": "list", "source": list(column.codes)}
    else:
        rule = {"validate": "date", "criteria": ">=", "value": as_of}
    said = {f"{part}_message": "\n".join([column.description_zh, column.description_en]) for part in ("input", "error")}
    return rule | said


def _write_column(
    sheet: Any, position: int, top: int, heading: str, cells: Sequence[str], width: int, formats: dict[str, Any]
) -> None:
    sheet.set_column(position, position, width)
    sheet.write_string(top, position, heading, formats["header"])
    for row, cell in enumerate(cells, start=top + 1):
        sheet.write_string(row, position, cell, formats["given"])
