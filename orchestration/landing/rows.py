"""What every reader hands on: a table's header and its rows, as tidy text, with their place in the original file.

Here: the shape that the formats have in common, from rows or from columns. Not here: any format. A batch has the
columns `source_row` (bigint, the line or sheet row where the row starts), `is_malformed` (too few fields, or text
beyond the last header), `beginning` (the first cell with text, of whatever column; empty in a blank row), and
`text_...` for each of the contract's columns that the file has.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import compress, islice, zip_longest

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.landing.headers import HeaderRow
from orchestration.landing.tidying import plain, tidied, visible

ROWS_PER_BATCH = 50_000
# Day 0 of the two systems in which spreadsheets count days: 61 is 1 March 1900 in the first, because Excel has a
# 29 February 1900 that never was.
EPOCHS = {1900: date(1899, 12, 30), 1904: date(1904, 1, 1)}


@dataclass(frozen=True)
class TextTable:
    """A file being read; `batches` is consumed once and may raise Refused. `epoch` is that of its bare serials."""

    header: HeaderRow
    batches: Iterator[pa.RecordBatch]
    encoding: str | None = None
    delimiter: str | None = None
    sheet_name: str | None = None
    epoch: date = EPOCHS[1900]


def batch_of_rows(header: HeaderRow, source_rows: Sequence[int], rows: Sequence[Sequence[str]]) -> pa.RecordBatch:
    """Rows of any number of fields; one without any is a blank row. A sheet may have a million of those above its last
    cell, so they are made together."""
    width = len(header.cells)
    lengths = np.fromiter(map(len, rows), np.int64, len(rows))
    numbers, batches = np.asarray(source_rows, np.int64), []
    if (blank := lengths == 0).any():
        nothing = pa.repeat("", int(blank.sum()))
        batches.append(batch_of_columns(header, pa.array(numbers[blank]), [nothing] * width))
    if (tidy := lengths == width).any():
        cells = [pa.array(column, pa.string()) for column in zip(*compress(rows, tidy), strict=True)]
        batches.append(batch_of_columns(header, pa.array(numbers[tidy]), cells))
    if (odd := ~(blank | tidy)).any() or not batches:
        batches.append(_batch_of_odd_rows(header, pa.array(numbers[odd]), [*compress(rows, odd)]))
    return in_order(batches) if len(batches) > 1 else batches[0]


def _batch_of_odd_rows(header: HeaderRow, source_rows: pa.Array, rows: Sequence[Sequence[str]]) -> pa.RecordBatch:
    width = len(header.cells)
    cells = [pa.array(column, pa.string()) for column in islice(zip_longest(*rows, fillvalue=""), width)]
    cells += [pa.repeat("", len(rows))] * (width - len(cells))
    # What stands right of the last header is told by its beginning alone.
    cells.append(pa.array([_beginning(row[width:]) if len(row) > width else "" for row in rows], pa.string()))
    malformed = [len(row) < header.width or any(map(plain, row[width:])) for row in rows]
    return batch_of_columns(header, source_rows, cells, malformed)


def batch_of_columns(
    header: HeaderRow, source_rows: pa.Array, cells: Sequence[pa.StringArray], malformed: Sequence[bool] | None = None
) -> pa.RecordBatch:
    """Rows that all have as many fields as the header has cells, or more."""
    first = tidied(cells[0])
    unclear = np.flatnonzero(pc.equal(pc.binary_length(first), 0))
    # Files have whole pages of rows without a single character: of those the first cell says all.
    unclear = unclear[np.add.reduce([_lengths(column, unclear) for column in cells]) > 0]
    if len(unclear):
        rows = zip(*(column.take(pa.array(unclear)).to_pylist() for column in cells), strict=True)
        is_unclear = np.zeros(len(first), bool)
        is_unclear[unclear] = True
        first = pc.replace_with_mask(first, pa.array(is_unclear), pa.array(map(_beginning, rows), pa.string()))
    return _batch(header, source_rows, np.zeros(len(first), bool) if malformed is None else malformed, first, cells)


def in_order(batches: Sequence[pa.RecordBatch]) -> pa.RecordBatch:
    """Batches of one table as one, by `source_row`."""
    together = pa.concat_batches(batches)
    return together.take(pc.sort_indices(together.column("source_row")))


def _lengths(column: pa.StringArray, at: np.ndarray) -> np.ndarray:
    return pc.binary_length(column.take(pa.array(at))).fill_null(0).to_numpy(zero_copy_only=False)


def _beginning(row: Iterable[str | None]) -> str:
    """Blank only where nothing can be seen: a row of "-" and "#REF!" says nothing, and is no blank line."""
    seen = [cell for cell in row if cell and visible(cell)]
    return next(filter(None, map(plain, seen)), seen[0] if seen else "")


def _batch(
    header: HeaderRow,
    source_rows: pa.Array,
    malformed: Iterable[bool],
    beginnings: pa.StringArray,
    cells: Sequence[pa.StringArray],
) -> pa.RecordBatch:
    texts = {f"text_{name}": tidied(cells[position]) for name, position in header.positions.items()}
    return pa.record_batch(
        {
            "source_row": source_rows,
            "is_malformed": pa.array(malformed, pa.bool_()),
            "beginning": beginnings,
            **texts,
        }
    )
