"""Reading an `.xlsx`: the first sheet with the contract's headers, every cell as the text a clerk would see.

Here: cells to text. Not here: what a cell means.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path

import pyarrow as pa
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum

from orchestration.contracts import Contract
from orchestration.landing.headers import HEADER_WITHIN_ROWS, HeaderRow, find_header, require_columns
from orchestration.landing.refusal import Refused
from orchestration.landing.rows import ROWS_PER_BATCH, TextTable, batch

# Excel keeps 15 digits; a longer number typed as a number is lost and shown as 6.20102E+17.
EXACT_BELOW = 1e15


def read_workbook(path: Path, contract: Contract) -> TextTable:
    """An `.xlsx` file. Raises Refused."""
    if path.stat().st_size == 0:
        raise Refused("empty_file")
    try:
        workbook = CalamineWorkbook.from_path(path)
        names = [sheet.name for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
        sheets = [workbook.get_sheet_by_name(name) for name in names]
    except CalamineError:
        raise Refused("unreadable_file") from None
    sheet, header = _sheet_with_headers(sheets, contract)
    require_columns(contract, header)
    return TextTable(header, _rows(sheet, header.row + 1))


def _sheet_with_headers(sheets: list[CalamineSheet], contract: Contract) -> tuple[CalamineSheet, HeaderRow]:
    """The first sheet with all required columns, else the one that comes nearest."""
    found: list[tuple[CalamineSheet, HeaderRow]] = []
    required = {column.name for column in contract.columns if column.required}
    for sheet in sheets:
        header = find_header(contract, ([text(cell) for cell in row] for row in _top(sheet)))
        if header is not None and required <= header.positions.keys():
            return sheet, header
        if header is not None:
            found.append((sheet, header))
    if found:
        return max(found, key=lambda pair: len(pair[1].positions))
    raise Refused("no_header" if any(sheet.height for sheet in sheets) else "empty_file", within=HEADER_WITHIN_ROWS)


def _top(sheet: CalamineSheet) -> Iterator[list[object]]:
    return islice(iter(sheet.iter_rows()), HEADER_WITHIN_ROWS) if sheet.height else iter(())


def _rows(sheet: CalamineSheet, first: int) -> Iterator[pa.RecordBatch]:
    """The rows after the first `first` ones; calamine's iterator begins at the sheet's first row."""
    rows = enumerate(sheet.iter_rows(), start=1)
    for _ in islice(rows, first):
        pass
    while block := list(islice(rows, ROWS_PER_BATCH)):
        yield batch([number for number, _ in block], [[text(cell) for cell in cells] for _, cells in block])


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
        return (cell + timedelta(microseconds=500_000)).replace(microsecond=0).isoformat(" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)
