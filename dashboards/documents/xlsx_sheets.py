"""Sheets of the workbook: title, mark and edition above, one table below, ready to print. No figure is chosen here.

A rate and a score are written as `formatting` rounds them, each with a format of as many decimals, so that no program
can round 99.96 % to 100.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter

from dashboards import formatting
from dashboards.documents.document import Cell, Document
from dashboards.documents.tints import FILLS, INKS
from dashboards.documents.words import Words

COUNT, RATE, SCORE, EXACT, LEFT = "count", "rate", "score", "exact", "text"
FORMATS = {COUNT: "#,##0", EXACT: "0.000000", LEFT: "@"}
A4, DASHED = 9, 3
WIDEST, NARROWEST, TEXT_WIDTH = 44, 11, 84
LINE_HEIGHT = 16  # points


@dataclass(frozen=True)
class Column:
    """`name` is that of `column.` (or a whole key); `value` takes it from a row, `limits` what it may not be rounded
    across: rates in 0..1 of a rate, points of a score."""

    name: str
    kind: str
    value: Callable[[Any], Any]
    limits: Callable[[Any], Sequence[Any]] = lambda row: ()


class Book:
    """A workbook whose sheets all have the same head."""

    def __init__(self, workbook: xlsxwriter.Workbook, document: Document, words: Words) -> None:
        self.workbook, self._document, self._words = workbook, document, words
        add = workbook.add_format
        self._title = add({"bold": True, "font_size": 14})
        self._mark = add({"bold": True, "font_color": "#C01010"})
        self._note = add({"font_color": "#5C626B"})
        head = {"bold": True, "text_wrap": True, "valign": "vcenter", "bottom": 1, "bg_color": "#EEF0F2"}
        # Text beside a column of figures keeps clear of them.
        clear = {"align": "left", "indent": 1}
        self._head, self._figure_head = add(head | clear), add(head | {"align": "right"})
        self._heading = add({"bold": True, "font_size": 12})
        self._body = add({"text_wrap": True, "valign": "top"})
        self._kinds = {kind: add({"num_format": shown, "valign": "top"}) for kind, shown in FORMATS.items()}
        self._kinds[LEFT] = add({"num_format": FORMATS[LEFT], "valign": "top", **clear})
        self._wrapped = add({"num_format": FORMATS[LEFT], "valign": "top", "text_wrap": True, **clear})
        self._states: dict[tuple[str, bool], Any] = {}

    def text_sheet(self, key: str, lines: Sequence[tuple[str, str]]) -> None:
        sheet, top = self._sheet(key)
        sheet.set_column(0, 0, TEXT_WIDTH)
        for row, (kind, line) in enumerate(lines, start=top):
            sheet.write_string(row, 0, line, self._heading if kind == "heading" else self._body)
            sheet.set_row(row, LINE_HEIGHT * _lines(line))
        sheet.set_portrait()

    def table_sheet(self, key: str, columns: Sequence[Column], rows: Sequence[Any], wide: str = "") -> tuple[Any, int]:
        """A table with a head that stays; the sheet and the row of its head. `wide` names a column of long text."""
        sheet, top = self._sheet(key)
        for place, column in enumerate(columns):
            heading = self._words(column.name if "." in column.name else f"column.{column.name}")
            sheet.write_string(top, place, heading, self._head if column.kind == LEFT else self._figure_head)
            values = [column.value(row) for row in rows]
            for row, value in enumerate(values, start=top + 1):
                if value is None:
                    continue
                if column.kind in (RATE, SCORE):
                    self._write_rounded(sheet, row, place, value, column, rows[row - top - 1])
                else:
                    self._write(sheet, row, place, value, column.kind, self._wrapped if column.name == wide else None)
            longest = max(
                [
                    NARROWEST - 3,
                    _breadth(heading) / 2,
                    *(_breadth(str(value)) for value in values if column.kind == LEFT),
                ]
            )
            sheet.set_column(place, place, TEXT_WIDTH if column.name == wide else min(WIDEST, longest + 3))
            if column.name == wide:
                for row, value in enumerate(values, start=top + 1):
                    sheet.set_row(row, LINE_HEIGHT * _lines(str(value)))
        sheet.set_row(top, 2 * LINE_HEIGHT)
        if rows:
            sheet.autofilter(top, 0, top + len(rows), len(columns) - 1)
        sheet.freeze_panes(top + 1, 1)
        sheet.repeat_rows(top)
        return sheet, top

    def cell_sheet(self, key: str, keys: Sequence[str], names: Sequence[str], rows: Sequence[list[Cell]]) -> None:
        """A table of cells with their states, as in the other documents."""
        sheet, top = self._sheet(key)
        for place, heading in enumerate([*(self._words(one) for one in keys), *names]):
            sheet.write_string(top, place, heading, self._head)
        for row, cells in enumerate(rows, start=top + 1):
            for place, cell in enumerate(cells):
                sheet.write_string(row, place, cell.text, self._state(cell))
        sheet.write_string(top + len(rows) + 2, 0, self._words("table.legend"), self._note)
        sheet.set_column(0, 0, 30)
        sheet.set_column(1, len(names), 10)
        sheet.freeze_panes(top + 1, 1)
        sheet.repeat_rows(top)

    def _sheet(self, key: str) -> tuple[Any, int]:
        """A sheet with its head, and the first free row."""
        document = self._document
        sheet = self.workbook.add_worksheet(self._words(key))
        sheet.write_string(0, 0, document.full_title, self._title)
        lines = [(document.mark, self._mark), (document.edition, self._note)]
        row = 1
        for text, shape in lines:
            if text:
                sheet.write_string(row, 0, text, shape)
                row += 1
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_header(f"&C{document.mark}" if document.mark else "")
        sheet.set_footer("&C&P / &N")
        return sheet, row + 1

    def _write(self, sheet: Any, row: int, place: int, value: Any, kind: str, shape: Any) -> None:
        shape = shape or self._kinds[kind]
        if kind == LEFT:  # Never `write`: what stands in a registry must not become a formula or a link.
            sheet.write_string(row, place, str(value), shape)
        else:
            sheet.write_number(row, place, round(float(value), 6), shape)

    def _write_rounded(self, sheet: Any, row: int, place: int, value: Any, column: Column, of: Any) -> None:
        is_rate, limits = column.kind == RATE, column.limits(of)
        shown = formatting.percent(value, *limits) if is_rate else formatting.rounded_score(value, *limits)
        pattern = f"0.{'0' * formatting.decimals(shown)}{'%' if is_rate else ''}"
        if pattern not in self._kinds:
            self._kinds[pattern] = self.workbook.add_format({"num_format": pattern, "valign": "top"})
        sheet.write_number(row, place, float(shown / 100 if is_rate else shown), self._kinds[pattern])

    def _state(self, cell: Cell) -> Any:
        key = (cell.state, cell.is_provisional)
        if key not in self._states:
            shape: dict[str, Any] = {"align": "center"} if cell.state else {}
            if cell.state in FILLS:
                shape["bg_color"] = f"#{FILLS[cell.state]}"
            if cell.state in INKS:
                shape["font_color"] = f"#{INKS[cell.state]}"
            if cell.is_provisional:
                shape["border"] = DASHED
            self._states[key] = self.workbook.add_format(shape)
        return self._states[key]


def _lines(text: str) -> int:
    """How many lines of a column of text: not every program finds out by itself."""
    return -(-_breadth(text) * 10 // (TEXT_WIDTH * 9)) or 1


def _breadth(text: str) -> int:
    return sum(2 if one > "\u2e80" else 1 for one in text)
