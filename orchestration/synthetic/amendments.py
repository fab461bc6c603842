"""How defects are planted: values of some records that are wrong for some months, and records entered twice; and how
some are mended.

What is planted where is decided in `defects`; this module only keeps it and applies it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

RATES = {"none": 0.0, "usual": 0.0015, "heavy": 0.02}
ALWAYS = 10_000
Span = tuple[np.ndarray, np.ndarray]  # per record the first month, and the month after the last


def plant_count(defects: str, population: int) -> int:
    """How many of `population` get one kind of defect: none, or by the rate and at least 2."""
    rate = RATES[defects]
    return min(population, max(2, round(rate * population))) if rate else 0


@dataclass(frozen=True)
class _Entry:
    records: np.ndarray
    since: np.ndarray
    until: np.ndarray
    values: dict[str, np.ndarray]


@dataclass(frozen=True)
class Correction:
    """A corrected export of `month` shows `records` without their defects; later ones only those that are `for_good`:
    of the others the file was mended that was sent, and not the registry."""

    month: int
    records: np.ndarray
    for_good: np.ndarray


@dataclass
class Amendments:
    """Records are positions in a registry; months are positions in the timeline; `planted` counts records by defect."""

    planted: dict[str, int] = field(default_factory=dict)
    correction: Correction | None = None
    _entries: list[_Entry] = field(default_factory=list)
    _twice: list[_Entry] = field(default_factory=list)

    def add(self, defect: str, records: np.ndarray, span: Span, **values: object) -> None:
        """From month `span[0]` to before `span[1]` the records read `values` (column: one value or one per record)."""
        columns = {name: _one_per_record(value, len(records)) for name, value in values.items()}
        self._entries.append(_Entry(records, *span, columns))
        self._count(defect, len(records))

    def add_twice(self, defect: str, records: np.ndarray, span: Span, **values: object) -> None:
        """In these months the records stand in a snapshot a second time, below the first, with `values` changed."""
        columns = {name: _one_per_record(value, len(records)) for name, value in values.items()}
        self._twice.append(_Entry(records, *span, columns))
        self._count(defect, len(records))

    def apply(self, snapshot: pd.DataFrame, month: int, is_corrected: bool = False) -> pd.DataFrame:
        """`snapshot` (indexed by record, ascending) as it reads in `month`."""
        mended = self._mended(month, is_corrected)
        for entry in self._entries:
            _overwrite(snapshot, entry, month, mended)
        copies = []
        for entry in self._twice:
            listed = entry.records[_in_force(entry, month, mended) & np.isin(entry.records, snapshot.index)]
            copy = snapshot.loc[listed].copy()
            _overwrite(copy, entry, month, mended)
            copies.append(copy)
        copies = [copy for copy in copies if len(copy)]
        return pd.concat([snapshot, *copies]).sort_index(kind="stable") if copies else snapshot

    def _mended(self, month: int, is_corrected: bool) -> np.ndarray:
        if self.correction is None or month < self.correction.month:
            return np.array([], dtype="int64")
        if month == self.correction.month:
            return self.correction.records[: len(self.correction.records) * is_corrected]
        return self.correction.for_good

    def _count(self, defect: str, records: int) -> None:
        self.planted[defect] = self.planted.get(defect, 0) + records


def _one_per_record(value: object, count: int) -> np.ndarray:
    return value if isinstance(value, np.ndarray) else np.array([value] * count)


def _in_force(entry: _Entry, month: int, mended: np.ndarray) -> np.ndarray:
    return (entry.since <= month) & (month < entry.until) & ~np.isin(entry.records, mended)


def _overwrite(snapshot: pd.DataFrame, entry: _Entry, month: int, mended: np.ndarray) -> None:
    at = snapshot.index.get_indexer(entry.records)
    hit = (at >= 0) & _in_force(entry, month, mended)
    for column, values in entry.values.items():
        snapshot.iloc[at[hit], snapshot.columns.get_loc(column)] = values[hit]
