"""Reading an `.xlsx`: the first visible sheet with the contract's headers, every cell as the text a clerk would see.

Here: cells to text. Not here: what a cell means; whether the file fits in memory (unpacking.py). A hidden sheet is
never read, for nobody saw what is on it; hidden rows and columns of a sheet are, for a filter hides rows every day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path

import pyarrow as pa
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from orchestration.contracts import Contract
from orchestration.landing.headers import HEADER_WITHIN_ROWS, HeaderRow, find_header, require_columns
from orchestration.landing.refusal import Refused
from orchestration.landing.rows import TextTable, batch_of_rows
from orchestration.landing.unpacking import require_modest_size

# Excel keeps 15 digits; a longer number typed as a number is lost and shown as 6.20102E+17.
EXACT_BELOW = 1e15
CELLS_PER_BATCH = 1_000_000
HALF_A_SECOND = timedelta(microseconds=500_000)
# What spreadsheet programs call a sheet that nobody named.
UNNAMED = re.compile(r"(Sheet|sheet|工作表) ?\d{1,3}")


def read_workbook(path: Path, contract: Contract) -> TextTable:
    """An `.xlsx` file. Raises Refused."""
    if path.stat().st_size == 0:
        raise Refused("empty_file")
    require_modest_size(path)
    try:
        workbook = CalamineWorkbook.from_path(path)
        sheet, header = _sheet_with_headers(workbook, contract)
    except CalamineError:
        raise Refused("unreadable_file") from None
    require_columns(contract, header)
    return TextTable(header, _rows(sheet, header), sheet_name=kept_name(workbook, sheet.name, contract))


def kept_name(workbook: CalamineWorkbook, name: str, contract: Contract) -> str:
    """A sheet as it may be kept and said: by its name if a program or the contract gave it, else by its place (`#2`),
    because people name sheets after people."""
    tidy = " ".join(name.split())
    is_nobodys = UNNAMED.fullmatch(tidy) or tidy in (contract.source, contract.name_zh, contract.name_en)
    return tidy if is_nobodys else f"#{workbook.sheet_names.index(name) + 1}"


def _sheet_with_headers(workbook: CalamineWorkbook, contract: Contract) -> tuple[CalamineSheet, HeaderRow]:
    """The first visible sheet with all required columns, else the one that comes nearest."""
    sheets = [sheet for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    shown = [sheet.name for sheet in sheets if sheet.visible == SheetVisibleEnum.Visible]
    nearest: tuple[CalamineSheet, HeaderRow] | None = None
    has_content = False
    for name in shown:
        sheet = workbook.get_sheet_by_name(name)
        has_content |= sheet.height > 0
        header = _header(sheet, contract)
        if header is not None and not header.missing(contract):
            return sheet, header
        if header is not None and (nearest is None or len(header.positions) > len(nearest[1].positions)):
            nearest = sheet, header
    if nearest is not None:
        return nearest
    for hidden in (sheet.name for sheet in sheets if sheet.name not in shown):
        if _header(workbook.get_sheet_by_name(hidden), contract) is not None:
            raise Refused("hidden_sheet", sheet=hidden)
    raise Refused("no_header" if has_content else "empty_file", within=HEADER_WITHIN_ROWS)


def _header(sheet: CalamineSheet, contract: Contract) -> HeaderRow | None:
    return find_header(contract, ([text(cell) for cell in row] for row in _top(sheet)))


def _top(sheet: CalamineSheet) -> Iterator[list[object]]:
    return islice(iter(sheet.iter_rows()), HEADER_WITHIN_ROWS) if sheet.height else iter(())


def _rows(sheet: CalamineSheet, header: HeaderRow) -> Iterator[pa.RecordBatch]:
    """The rows after the header; calamine's iterator begins at the sheet's first row."""
    rows = enumerate(sheet.iter_rows(), start=1)
    for _ in islice(rows, header.row + 1):
        pass
    while block := list(islice(rows, max(CELLS_PER_BATCH // sheet.total_width, 1))):
        yield batch_of_rows(header, [at for at, _ in block], [[text(cell) for cell in cells] for _, cells in block])


def text(cell: object) -> str:
    """A cell as text: whole numbers without a point, dates in ISO form, truth values as 1 and 0."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return str(int(cell))
    if isinstance(cell, int | float):
        if cell != cell:
            return ""
        if abs(cell) >= EXACT_BELOW:
            return f"{cell:.5E}"
        return str(int(cell)) if cell == int(cell) else f"{cell:.15g}"
    if isinstance(cell, datetime):
        # A serial number is a float: 23:59:59 may come back as 23:59:58.999997.
        nearest = cell + HALF_A_SECOND if cell < datetime.max - HALF_A_SECOND else cell
        return nearest.replace(microsecond=0).isoformat(" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)
