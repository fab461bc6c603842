"""Lines without quotes to rows, by Arrow's CSV parser, losing none.

Here: the rows that have as many fields as the header, and the others put back between them. Not here: decoding, line
ends, quotes (delimited.py).
"""

from __future__ import annotations

import codecs

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv

from orchestration.landing.headers import HeaderRow
from orchestration.landing.rows import batch_of_columns, batch_of_rows, in_order

# Arrow is fastest by far with blocks that stay in the processor's cache.
BLOCK_BYTES = 1 << 20


def split(header: HeaderRow, lines: bytes, delimiter: str, first_line: int) -> pa.RecordBatch:
    """The rows of whole lines of UTF-8, the first of which is `first_line`."""
    odd: list[tuple[int, list[str]]] = []

    def set_aside(row: arrow_csv.InvalidRow) -> str:
        odd.append((first_line + row.number - 1, row.text.split(delimiter)))
        return "skip"

    names = [str(i) for i in range(len(header.cells))]
    if lines.startswith(codecs.BOM_UTF8):
        return _one_by_one(header, lines, delimiter, first_line)  # Arrow would take the mark away.
    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(lines),
            arrow_csv.ReadOptions(use_threads=False, block_size=BLOCK_BYTES, column_names=names),
            arrow_csv.ParseOptions(
                delimiter=delimiter, quote_char=False, ignore_empty_lines=False, invalid_row_handler=set_aside
            ),
            arrow_csv.ConvertOptions(check_utf8=False, column_types=dict.fromkeys(names, pa.string())),
        ).combine_chunks()
    except pa.ArrowInvalid:  # A line longer than a block.
        return _one_by_one(header, lines, delimiter, first_line)
    columns = [column.chunk(0) if column.num_chunks else pa.array([], pa.string()) for column in table.columns]
    numbers = np.arange(first_line, first_line + len(table) + len(odd))
    if not odd:
        return batch_of_columns(header, pa.array(numbers), columns)
    odd_numbers, odd_rows = zip(*odd, strict=True)
    regular = np.delete(numbers, np.array(odd_numbers) - first_line)
    return in_order(
        [batch_of_columns(header, pa.array(regular), columns), batch_of_rows(header, odd_numbers, odd_rows)]
    )


def _one_by_one(header: HeaderRow, lines: bytes, delimiter: str, first_line: int) -> pa.RecordBatch:
    rows = [line.split(delimiter) for line in lines.decode().removesuffix("\n").split("\n")]
    return batch_of_rows(header, range(first_line, first_line + len(rows)), rows)
