"""A file's rows block by block: each judged by one statement, compared with all before it, and parted.

Here: running the statements, in the order of the file. Not here: what they say (judgement.py), reading, writing. All is
in memory, and no more of it than some blocks and 16 bytes of each row before them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.contracts import Contract
from orchestration.landing import judgement
from orchestration.landing.ahead import side_by_side
from orchestration.landing.headers import HeaderRow
from orchestration.landing.places import Places
from orchestration.landing.repetition import Seen
from orchestration.landing.rows import TextTable, batch_of_rows

# A block is judged at once.
ROWS_PER_BLOCK = 1 << 17
BYTES_PER_BLOCK = 1 << 26
QUARANTINE_COLUMNS = ["source_file", "batch_id", "as_of", "source_row", "reason", "cells"]


@dataclass(frozen=True)
class Judged:
    """What became of the `rows` of one block. `quarantined` is None where there are none."""

    rows: int
    accepted: pa.Table
    quarantined: pa.Table | None
    reasons: Counter[str]
    kinds: Counter[str]


class Judge:
    """Judges the blocks of one file, one after the other; `trace` gives what the file alone decides."""

    def __init__(
        self,
        database: duckdb.DuckDBPyConnection,
        contract: Contract,
        header: HeaderRow,
        trace: dict[str, str | date],
        places: Places,
        scope_code: str,
        at_once: int,
    ) -> None:
        self._database = database
        self._judge_rows = judgement.judge_rows(contract, header)
        self._show_rows = judgement.show_rows(contract, header)
        self._parameters = {"scope": scope_code, "as_of": trace["as_of"]}
        self._trace = {name: pa.scalar(value) for name, value in trace.items()}
        self._lake_columns = list(contract.lake_columns)
        self._places = places
        self._at_once = at_once
        self._code_columns = [
            column.name for column in contract.columns if column.type == "code12" and column.name in header.positions
        ]
        self._seen = Seen()

    def judged(self, blocks: Iterator[pa.Table]) -> Iterator[Judged]:
        """The blocks in their order. Each by itself is judged beside others, then compared with those before it."""
        for block, found in side_by_side(self._by_itself, blocks, self._at_once):
            yield self._compared(block, found)

    def _by_itself(self, block: pa.Table) -> tuple[pa.Table, pa.Table]:
        return block, self._ask(self._judge_rows, self._places.located(block, self._code_columns))

    def _compared(self, block: pa.Table, found: pa.Table) -> Judged:
        kinds, reasons = found["row_kind"], found["row_reason"]
        is_data = pc.is_null(kinds)
        repeated = self._repeated(found, pc.and_(is_data, pc.invert(found["is_malformed"])).to_numpy())
        reasons = pc.if_else(pc.and_(repeated, pc.is_null(reasons)), "repeated_row", reasons)
        is_quarantined = pc.and_(is_data, pc.is_valid(reasons))
        quarantined = None
        if pc.any(is_quarantined).as_py():
            shown = self._ask(self._show_rows, block.filter(is_quarantined))
            shown = shown.append_column("reason", reasons.filter(is_quarantined))
            quarantined = self._traced(shown, QUARANTINE_COLUMNS)
        return Judged(
            rows=len(block),
            accepted=self._traced(found.filter(pc.and_(is_data, pc.is_null(reasons))), self._lake_columns),
            quarantined=quarantined,
            reasons=_counted(reasons.filter(is_quarantined)),
            kinds=_counted(kinds.drop_null()),
        )

    def _repeated(self, found: pa.Table, is_comparable: np.ndarray) -> pa.Array:
        first, second = (found[name].to_numpy()[is_comparable] for name in ("row_hash", "odd_hash"))
        is_repeated = np.zeros(len(found), bool)
        is_repeated[is_comparable] = self._seen.repeated(first, second)
        return pa.array(is_repeated)

    def _traced(self, rows: pa.Table, columns: list[str]) -> pa.Table:
        """These columns in this order, those that the file alone decides among them."""
        said = {name: pa.repeat(value, len(rows)) for name, value in self._trace.items()}
        return pa.table({name: said[name] if name in said else rows[name] for name in columns})

    def _ask(self, query: str, block: pa.Table) -> pa.Table:
        """The answer has the order of the block, because DuckDB works on it with a single thread."""
        used = {name: value for name, value in self._parameters.items() if f"${name}" in query}
        with self._database.cursor() as cursor:
            cursor.register("incoming", block)
            return cursor.execute(query, used).to_arrow_table()


def blocks(table: TextTable) -> Iterator[pa.Table]:
    """The rows in blocks that are worth a statement; of a file without rows one that is empty."""
    held = [batch_of_rows(table.header, [], [])]
    rows = size = 0
    for batch in table.batches:
        held.append(batch)
        rows, size = rows + len(batch), size + batch.nbytes
        if rows >= ROWS_PER_BLOCK or size >= BYTES_PER_BLOCK:
            yield pa.Table.from_batches(held)
            held, rows, size = [], 0, 0
    if held:
        yield pa.Table.from_batches(held)


def _counted(words: pa.ChunkedArray) -> Counter[str]:
    return Counter({word["values"]: word["counts"] for word in pc.value_counts(words).to_pylist()})
