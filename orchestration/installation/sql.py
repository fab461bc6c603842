"""What a query that answers with exactly one row answers. Not here: any query."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb


def only_row(answered: duckdb.DuckDBPyConnection) -> tuple[Any, ...]:
    """The one row of a query that has been executed. Raises ValueError if it has none or several."""
    (row,) = answered.fetchall()
    return row
