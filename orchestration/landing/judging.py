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
from orchestration.landing.persons import Persons
from orchestration.landing.places import Places
from orchestration.landing.repetition import DuplicateDetector
from orchestration.landing.rows import TextTable, batch_of_rows

# A block is judged at once.
ROWS_PER_BLOCK = 1 << 17
BYTES_PER_BLOCK = 1 << 26
# Enough to find out what is amiss; the rule says the others.
ROWS_NAMED = 5
QUARANTINE_COLUMNS = ["source_file", "batch_id", "as_of", "source_row", "reason", "cells"]


@dataclass(frozen=True)
class Judged:
    """What became of the `rows` of one block. `quarantined` is None where there are none."""

    rows: int
    accepted: pa.Table
    quarantined: pa.Table | None
    reasons: Counter[str]
    kinds: Counter[str]


class Unreadable:
    """The optional cells of accepted rows that could not be read: how many by column, and the first rows of each."""

    def __init__(self) -> None:
        self.cells: Counter[str] = Counter()
        self.first: dict[str, list[int]] = {}

    def add(self, accepted: pa.Table) -> None:
        """Take in the accepted rows of the next block."""
        doubtful = accepted.select(["unreadable", "source_row"]).filter(pc.not_equal(accepted["unreadable"], ""))
        for doubts, count in _counted(doubtful["unreadable"]).items():
            self.cells += Counter(dict.fromkeys(doubts.strip(",").split(","), count))
        for name in self.cells:
            shown = self.first.setdefault(name, [])
            if len(shown) < ROWS_NAMED:
                found = doubtful.filter(pc.match_substring(doubtful["unreadable"], f",{name},"))["source_row"]
                shown += found.slice(0, ROWS_NAMED - len(shown)).to_pylist()


class Judge:
    """Judges the blocks of one file, one after the other; `trace` gives what the file alone decides."""

    def __init__(
        self,
        database: duckdb.DuckDBPyConnection,
        contract: Contract,
        table: TextTable,
        trace: dict[str, str | date],
        places: Places,
        persons: Persons,
        scope_code: str,
        at_once: int,
    ) -> None:
        self._database = database
        self._judge_rows = judgement.judge_rows(contract, table.header)
        self._show_rows = judgement.show_rows(contract, table.header)
        self._parameters = {"scope": scope_code, "as_of": trace["as_of"], "epoch": table.epoch}
        self._trace = {name: pa.scalar(value) for name, value in trace.items()}
        self._lake_columns = list(contract.lake_columns)
        self._places = places
        self._persons = persons
        self._at_once = at_once
        found = table.header.positions
        self._code_columns = [c.name for c in contract.columns if c.type == "code12" and c.name in found]
        self._text_columns = [c.name for c in contract.columns if c.type == "text" and c.name in found]
        self._seen = DuplicateDetector()

    def judged(self, blocks: Iterator[pa.Table]) -> Iterator[Judged]:
        """The blocks in their order. Each by itself is judged beside others, then compared with those before it."""
        for block, found in side_by_side(self._by_itself, blocks, self._at_once):
            yield self._compared(block, found)

    def _by_itself(self, block: pa.Table) -> tuple[pa.Table, pa.Table]:
        for name in self._text_columns:
            block = block.append_column(f"kept_{name}", self._persons.kept(block[f"text_{name}"].combine_chunks()))
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
