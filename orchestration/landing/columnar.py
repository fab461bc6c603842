"""Reading a `.parquet`: only the contract's columns, whatever their physical type, as text.

Here: columns to text. Not here: what a value means. The row number is the ordinal of the row, from 1.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from orchestration.contracts import Contract
from orchestration.landing.headers import HeaderRow, find_header, require_columns
from orchestration.landing.refusal import Refused
from orchestration.landing.rows import ROWS_PER_BATCH, TextTable, batch_of_columns
from orchestration.landing.workbook import text

LOCAL_TIME = "Asia/Shanghai"


def read_columnar(path: Path, contract: Contract) -> TextTable:
    """A `.parquet` file. Raises Refused."""
    try:
        file = pq.ParquetFile(path)
    except (pa.ArrowException, OSError):
        raise Refused("unreadable_file") from None
    header = find_header(contract, [file.schema_arrow.names])
    if header is None:
        raise Refused("no_header", within=1)
    require_columns(contract, header)
    for column in contract.columns:
        if column.name in header.positions:
            _require_values(column.header, file.schema_arrow.field(header.positions[column.name]).type)
    return TextTable(header, _rows(file, header))


def _require_values(header: str, kind: pa.DataType) -> None:
    """Raises Refused for a column whose cells hold more than one value, or none that can be written as text."""
    try:
        is_text = not pa.types.is_nested(kind) and _text(pa.nulls(0, kind)).type == pa.string()
    except pa.ArrowException:
        is_text = False
    if not is_text:
        # The names of inner fields are left out: they may be anybody's words.
        raise Refused("column_type", column=header, type=str(kind).partition("<")[0])


def _rows(file: pq.ParquetFile, header: HeaderRow) -> Iterator[pa.RecordBatch]:
    """Rows as wide as the file; the cells of unknown columns are not read and stay null."""
    positions = sorted(header.positions.values())
    width = len(header.cells)
    first = 1
    try:
        for block in file.iter_batches(ROWS_PER_BATCH, columns=[header.cells[i] for i in positions]):
            rows = block.num_rows
            cells = [pa.nulls(rows, pa.string())] * width
            for i in positions:
                cells[i] = _text(block.column(header.cells[i]))
                cells[i].validate(full=True)
            yield batch_of_columns(header, pa.array(range(first, first + rows), pa.int64()), cells)
            first += rows
    except (pa.ArrowException, OSError, UnicodeDecodeError):
        raise Refused("unreadable_file") from None


def _text(values: pa.Array) -> pa.Array:
    kind = values.type
    if pa.types.is_dictionary(kind):
        return _text(values.cast(kind.value_type))
    if pa.types.is_timestamp(kind) and kind.tz is not None:
        return _text(pc.local_timestamp(values.cast(pa.timestamp("us", LOCAL_TIME))))
    if pa.types.is_boolean(kind) or pa.types.is_floating(kind):
        return pa.array([None if cell is None else text(cell) for cell in values.to_pylist()], pa.string())
    return values.cast(pa.string())
