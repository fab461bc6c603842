"""Parquet files as rows of a query: with exactly the columns asked for, whatever version wrote a file and whatever
characters are in its path. Not here: which files, or writing one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path


def typed(columns: Mapping[str, str]) -> str:
    """The columns of a `create table`."""
    return ", ".join(f"{name} {kind}" for name, kind in columns.items())


def rows_of(paths: Sequence[Path], columns: Mapping[str, str]) -> str:
    """A query of the files' rows with exactly `columns`, null where an older file has none of that name."""
    empty = ", ".join(f"cast(null as {kind}) as {name}" for name, kind in columns.items())
    query = f"select {empty} where false"
    if paths:
        files = ", ".join(pattern(path) for path in paths)
        query += f" union all by name from read_parquet([{files}], union_by_name = true, hive_partitioning = false)"
    return f"select {', '.join(columns)} from ({query})"


def quoted(text: object) -> str:
    return "'" + str(text).replace("'", "''") + "'"


def pattern(path: Path) -> str:
    """In a pattern of files a bracket opens a class of characters; in a class of its own it is just a bracket."""
    return quoted(str(path.absolute()).replace("[", "[[]"))
