"""What every reader hands on: a table's header and its rows, as text, with their place in the original file.

Here: the shape that the formats have in common. Not here: any format. A batch has the columns `source_row` (bigint,
the line or sheet row where the row starts) and `fields` (list of text, as many as the row has).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa

from orchestration.landing.headers import HeaderRow

SCHEMA = pa.schema({"source_row": pa.int64(), "fields": pa.list_(pa.string())})
ROWS_PER_BATCH = 50_000


@dataclass(frozen=True)
class TextTable:
    """A file being read; `batches` is consumed once and may raise Refused."""

    header: HeaderRow
    batches: Iterator[pa.RecordBatch]
    encoding: str | None = None
    delimiter: str | None = None


def batch(source_rows: list[int], fields: list[list[str]]) -> pa.RecordBatch:
    return pa.record_batch([source_rows, fields], schema=SCHEMA)
