"""A table of the .pdf: its head repeats on every page, no row breaks, state is tint beside the glyph in the text."""

from __future__ import annotations

from dashboards.documents.document import Cell, Table
from dashboards.documents.pdf_sheet import INK, Sheet
from dashboards.documents.tints import FILLS, INKS

SIZE, SMALL_SIZE, LEADING = 9.5, 8, 1.3
PADDING, ROOM = 2, 2
LINE, DASH = (154, 160, 168), (92, 98, 107)


def add_table(sheet: Sheet, table: Table) -> None:
    """`table` across the text's width, from where the sheet is."""
    size = SMALL_SIZE if table.is_dense else SIZE
    total = sum(column.width for column in table.columns)
    widths = [sheet.epw * column.width / total for column in table.columns]
    head = [Cell(column.heading) for column in table.columns]
    aligns = [column.align for column in table.columns]
    _rule(sheet)
    _add_row(sheet, head, widths, aligns, size, is_head=True)
    for row in table.rows:
        if sheet.keep(_height(sheet, row, widths, size, "text")):
            _rule(sheet)
            _add_row(sheet, head, widths, aligns, size, is_head=True)
        _add_row(sheet, row, widths, aligns, size)
    sheet.down(4)


def _add_row(
    sheet: Sheet, cells: list[Cell], widths: list[float], aligns: list[str], size: float, is_head: bool = False
) -> None:
    role = "heading" if is_head else "text"
    height, x, y, grid = _height(sheet, cells, widths, size, role), sheet.l_margin, sheet.get_y(), size * LEADING
    outlined = []
    for cell, width, align in zip(cells, widths, aligns, strict=True):
        if cell.state in FILLS:
            sheet.set_fill_color(*_rgb(FILLS[cell.state]))
            sheet.rect(x, y + 0.5, width, height - 1, style="F")
        sheet.set_text_color(*(_rgb(INKS[cell.state]) if cell.state in INKS else INK))
        lines = sheet.broken(cell.text, size, width - 2 * PADDING, role)
        top = y + (height - len(lines) * grid) / 2
        for place, line in enumerate(lines):
            left = width - 2 * PADDING - sheet.text_width(line, size)
            start = x + PADDING + {"L": 0, "C": left / 2, "R": left}[align]
            sheet.put(line, start, top + place * grid, size, grid)
        if cell.is_provisional:
            outlined.append((x, width))
        x += width
    sheet.set_y(y + height)
    _rule(sheet)
    for left, width in outlined:
        _dashed(sheet, left + 1, y + 1, width - 2, height - 2)


def _height(sheet: Sheet, cells: list[Cell], widths: list[float], size: float, role: str) -> float:
    most = max(
        len(sheet.broken(cell.text, size, width - 2 * PADDING, role)) for cell, width in zip(cells, widths, strict=True)
    )
    return most * size * LEADING + 2 * ROOM


def _rule(sheet: Sheet) -> None:
    sheet.set_draw_color(*LINE)
    sheet.set_line_width(0.5)
    sheet.line(sheet.l_margin, sheet.get_y(), sheet.w - sheet.r_margin, sheet.get_y())


def _dashed(sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
    sheet.set_draw_color(*DASH)
    sheet.set_line_width(0.6)
    sheet.set_dash_pattern(2.5, 1.8)
    sheet.rect(x, y, width, height)
    sheet.set_dash_pattern()


def _rgb(colour: str) -> tuple[int, int, int]:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (0, 2, 4))
    return red, green, blue
