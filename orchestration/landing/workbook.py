"""Reading an `.xlsx`, `.xlsb` or `.xls`: the first visible sheet with the contract's headers, every cell as the text a
clerk would see.

Here: cells to text. Not here: what a cell means; whether the file fits in memory (unpacking.py, biff.py). A hidden
sheet is never read, for nobody saw what is on it; hidden rows and columns are, for a filter hides rows every day.
"""

from __future__ import annotations

import math
import re
import zipfile
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from functools import cache, partial
from itertools import islice
from pathlib import Path
from typing import Literal

import pyarrow as pa
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from orchestration.contracts import Contract
from orchestration.landing.biff import DamagedRecords, Records, made_safe
from orchestration.landing.compound import DamagedContainer, names_in, stream_of, wrapped
from orchestration.landing.headers import HEADER_WITHIN_ROWS, HeaderRow, require_columns
from orchestration.landing.panics import unheard
from orchestration.landing.refusal import Refused
from orchestration.landing.rows import EPOCHS, TextTable, batch_of_rows
from orchestration.landing.sheets import Sheet, choose
from orchestration.landing.unpacking import DAMAGED, require_modest_size

# Excel keeps 15 digits; a longer number typed as a number is lost and shown as 6.20102E+17.
EXACT_BELOW = 1e15
CELLS_PER_BATCH = 1_000_000
HALF_A_SECOND = timedelta(microseconds=500_000)
# Excel 97 and later, and Excel 5 and 95.
STREAMS = ("Workbook", "Book")
FROM_1904 = re.compile(rb"<(?:\w+:)?workbookPr\b[^>]*?\sdate1904\s*=\s*[\"'](?:1|true)[\"']")
MAIN_PART = "xl/workbook.xml"
MAX_OF_MAIN_PART = 1 << 20


def read_workbook(path: Path, contract: Contract) -> TextTable:
    """An `.xlsx` or `.xlsb` file. Raises Refused."""
    require_modest_size(path)
    with unheard(), _refusing(), path.open("rb") as file:
        return _table(CalamineWorkbook.from_filelike(file), contract, epoch_of(path))


def read_old_workbook(path: Path, contract: Contract) -> TextTable:
    """An `.xls` file: the library sees only the records, in a container of ours. Raises Refused."""
    with unheard(), _refusing():
        records = _records(path)
        workbook = CalamineWorkbook.from_filelike(wrapped(STREAMS[0], records.stream))
        return _table(workbook, contract, records.epoch)


def epoch_of(path: Path) -> Literal[1900, 1904]:
    """From which year the serials of a workbook count: the library applies it to cells in a format of days or times,
    and leaves bare numbers as they are. Raises Refused for a damaged file."""
    with _refusing():
        if not zipfile.is_zipfile(path):
            return _records(path).epoch
        with zipfile.ZipFile(path) as archive:
            if MAIN_PART not in archive.namelist():
                return 1900
            with archive.open(MAIN_PART) as file:
                return 1904 if FROM_1904.search(file.read(MAX_OF_MAIN_PART)) else 1900


def _records(path: Path) -> Records:
    names = names_in(path)
    return made_safe(stream_of(path, next(name for name in STREAMS if name in names)))


@contextmanager
def _refusing() -> Generator[None]:
    """What the library and the container say of a damaged file, as a refusal."""
    try:
        yield
    except PasswordError:
        raise Refused("locked_workbook") from None
    except (CalamineError, DamagedContainer, DamagedRecords, *DAMAGED):
        raise Refused("unreadable_file") from None
    # The library panics, as a BaseException of its own, on damage that it does not foresee.
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise Refused("unreadable_file") from None


def _table(workbook: CalamineWorkbook, contract: Contract, epoch: Literal[1900, 1904]) -> TextTable:
    sheet, header = choose(_sheets(workbook), contract)
    require_columns(contract, header)
    rows = _rows(sheet.handle(), header)
    return TextTable(header, rows, sheet_name=sheet.kept_name(contract), epoch=EPOCHS[epoch])


def _sheets(workbook: CalamineWorkbook) -> Iterator[Sheet[Callable[[], CalamineSheet]]]:
    for place, known in enumerate(workbook.sheets_metadata, start=1):
        if known.typ == SheetTypeEnum.WorkSheet:
            is_shown = known.visible == SheetVisibleEnum.Visible
            read = partial(workbook.get_sheet_by_name, known.name)
            # One that is shown is kept once it was read: its rows may be wanted. A hidden one gives its top at most.
            handle = cache(read) if is_shown else read
            yield Sheet(handle, known.name, place, is_shown, partial(_top, handle))


def _top(read: Callable[[], CalamineSheet]) -> Iterator[list[str]]:
    sheet = read()
    rows = islice(iter(sheet.iter_rows()), HEADER_WITHIN_ROWS) if sheet.height else ()
    return ([text(cell) for cell in row] for row in rows)


def _rows(sheet: CalamineSheet, header: HeaderRow) -> Iterator[pa.RecordBatch]:
    """The rows after the header; calamine's iterator begins at the sheet's first row."""
    above = header.row + 1
    rows = (() if cells.count("") == len(cells) else [*map(text, cells)] for cells in sheet.iter_rows())
    for _ in islice(rows, above):
        pass
    while block := list(islice(rows, max(CELLS_PER_BATCH // sheet.total_width, 1))):
        yield batch_of_rows(header, range(above + 1, above + len(block) + 1), block)
        above += len(block)


def text(cell: object) -> str:
    """A cell as text: whole numbers without a point, dates in ISO form, truth values as 1 and 0."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return str(int(cell))
    if isinstance(cell, int | float):
        if math.isnan(cell):
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
