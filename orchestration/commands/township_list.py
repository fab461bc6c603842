"""One township's list of rows to correct, as a workbook that is pleasant to print.

Here: sheets, titles, widths. Not here: which rows are in it (`quarantine_export`).
"""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import xlsxwriter

from orchestration.installation.messages import command_line_messages
from orchestration.installation.progress import in_one_line

# By catalogue key, with the width in characters; where a text stands in both languages the English has its own column.
COLUMNS = {
    "source": 18,
    "file": 40,
    "row": 8,
    "reason": 24,
    "reason_en": 34,
    "column": 14,
    "fix": 40,
    "fix_en": 44,
    "cells": 90,
}
TITLE_ROWS = 2
ROWS_PER_SHEET = 1_000_000
A4 = 9


class TownshipList:
    """One workbook; rows are written as they come and not kept."""

    def __init__(self, path: Path, titles: list[str], as_of: date) -> None:
        self.rows = 0
        self._titles = titles
        self._book = xlsxwriter.Workbook(path, {"constant_memory": True})
        # Without it the file would carry the clock of the machine.
        self._book.set_properties({"created": datetime.combine(as_of, time())})
        self._plain = self._book.add_format({"valign": "top"})
        self._wrapped = self._book.add_format({"text_wrap": True, "valign": "top"})
        self._strong = self._book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        self._title = self._book.add_format({"bold": True})
        self._sheet: Any = None

    def add(self, cells: list[str | int]) -> None:
        at = self.rows % ROWS_PER_SHEET
        if at == 0:
            self._begin_sheet(self.rows // ROWS_PER_SHEET + 1)
        for number, cell in enumerate(cells):
            if isinstance(cell, int):
                self._sheet.write_number(TITLE_ROWS + 1 + at, number, cell, self._plain)
            else:  # Never `write`: what a clerk typed must not become a formula or a link.
                self._sheet.write_string(TITLE_ROWS + 1 + at, number, cell, self._wrapped)
        self.rows += 1

    def close(self) -> None:
        self._book.close()

    def _begin_sheet(self, number: int) -> None:
        name = command_line_messages()("quarantine.sheet", "zh")
        self._sheet = sheet = self._book.add_worksheet(name if number == 1 else f"{name} {number}")
        sheet.freeze_panes(TITLE_ROWS + 1, 0)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(TITLE_ROWS)
        for row, title in enumerate(self._titles):
            sheet.write_string(row, 0, title, self._title)
        for place, (key, width) in enumerate(COLUMNS.items()):
            sheet.set_column(place, place, width)
            sheet.write_string(TITLE_ROWS, place, _heading(key), self._strong)


def _heading(key: str) -> str:
    stem, is_english, _ = key.partition("_en")
    if is_english:
        return command_line_messages()(f"quarantine.column.{stem}", "en")
    if f"{key}_en" in COLUMNS:
        return command_line_messages()(f"quarantine.column.{key}", "zh")
    return in_one_line(f"quarantine.column.{key}")
