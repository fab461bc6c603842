"""What the Python models of the ranks share: the rows to build, sorted, and one slice of them per parent.

Here: fetching, slicing and putting together. Not here: any figure (`statistics`), or which rows there are (SQL).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from warehouse.statistics.streams import in_threads

PARENT = ("period_kind", "period_start", "parent_code")
UNIT = (*PARENT, "division_code")
PAIR = (*UNIT, "indicator_code")


@dataclass(frozen=True)
class Parent:
    """The (unit, indicator) pairs of one parent in one period, as columns; `unit_starts` counts from its first pair."""

    key: tuple[Any, ...]
    pairs: dict[str, NDArray]
    unit_starts: NDArray[np.int64]

    def of_units(self, column: str) -> NDArray:
        """A column that is the same in all pairs of a unit, once per unit."""
        return self.pairs[column][self.unit_starts]


def rows_to_build(dbt: Any, session: Any, rows: Any, periods: Any, order: tuple[str, ...] = PAIR) -> pa.Table:
    """`rows` of the periods that the model lacks: its pre-hook has removed those to build again. Sorted by `order`."""
    if dbt.is_incremental:
        built = f"select distinct period_kind, period_start from {dbt.this}"
        missing = periods.project("period_kind, period_start").except_(session.sql(built)).fetchall()
        # Literals reach the tables' own filters, a join would not.
        starts = ", ".join(sorted({f"date '{start}'" for _, start in missing})) or "null"
        pairs = ", ".join(sorted(f"('{kind}', date '{start}')" for kind, start in missing)) or "(null, null)"
        rows = rows.filter(f"period_start in ({starts}) and (period_kind, period_start) in ({pairs})")
    return rows.order(", ".join(order)).to_arrow_table()


def starts(table: pa.Table, columns: tuple[str, ...]) -> NDArray[np.int64]:
    """The rows of a sorted table in which any of `columns` differs from the row before; the first is one."""
    is_first = np.zeros(table.num_rows, dtype=bool)
    is_first[:1] = True
    for name in columns:
        column = table[name].combine_chunks()
        is_first[1:] |= pc.not_equal(column[1:], column[:-1]).to_numpy(zero_copy_only=False)
    return np.flatnonzero(is_first)


def per_unit(
    session: Any,
    table: pa.Table,
    columns: tuple[str, ...],
    work: Callable[[Parent], dict[str, NDArray]],
    figures: dict[str, pa.DataType],
) -> Any:
    """A relation of one row per unit of a table sorted by `PAIR`: its key, and the `figures` that `work` gives it.

    `columns`: those of the pairs that `work` reads. Parents are shared out to as many threads as the session has. A nan
    becomes null.
    """
    (threads,) = session.sql("select current_setting('threads')").fetchone()
    unit_starts = starts(table, UNIT)
    bounds = np.append(starts(table, PARENT), table.num_rows)
    keys = table.select(PARENT).take(bounds[:-1]).to_pylist()
    arrays = {name: table[name].to_numpy() for name in columns}
    parents = [
        Parent(
            tuple(key.values()),
            {name: array[first:last] for name, array in arrays.items()},
            unit_starts[first_unit:last_unit] - first,
        )
        for key, (first, last), (first_unit, last_unit) in zip(
            keys, pairwise(bounds), pairwise(np.searchsorted(unit_starts, bounds)), strict=True
        )
    ]
    done = in_threads(work, parents, threads)
    units = table.select(UNIT).take(unit_starts)
    for name, kind in figures.items():
        values = np.concatenate([[], *(unit_figures[name] for unit_figures in done)])
        units = units.append_column(name, pa.array(values, from_pandas=True).cast(kind))
    return session.from_arrow(units)
