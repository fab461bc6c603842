"""The seeds in force as tables of schema `seeds`, in the types that their YAML gives.

Here: loading them; they have been read strictly before (`installation.seed_reading`). Not here: what may stand in them.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import duckdb
import yaml

from orchestration.installation.county_seeds import TYPES
from orchestration.installation.messages import Loader


def load_seeds(connection: duckdb.DuckDBPyConnection, seeds: Path, names: Iterable[str] | None = None) -> None:
    """Make the tables of all seeds of the folder `seeds`, or of those named."""
    connection.execute("create schema if not exists seeds")
    for name in sorted(seed_types(seeds)) if names is None else names:
        columns = ", ".join(f"{column} {kind}" for column, kind in _columns(seeds, name))
        connection.execute(f"create or replace table seeds.{name} ({columns})")
        file = str(seeds / f"{name}.csv").replace("'", "''")
        connection.execute(f"copy seeds.{name} from '{file}' (format csv, header true, delimiter ',')")


@cache
def _read(file: Path, _changed: int) -> dict[str, dict[str, str]]:
    listed = yaml.load(file.read_bytes(), Loader)["seeds"]
    return {seed["name"]: seed["config"]["column_types"] for seed in listed}


def seed_types(seeds: Path) -> dict[str, dict[str, str]]:
    """The type of each column of each seed, by its YAML."""
    file = seeds / TYPES
    return _read(file, file.stat().st_mtime_ns)


def _columns(seeds: Path, name: str) -> list[tuple[str, str]]:
    """In the order of the file. Raises KeyError if the YAML does not know a column."""
    with (seeds / f"{name}.csv").open(encoding="utf-8-sig") as file:
        header = file.readline().strip().split(",")
    types = seed_types(seeds)[name]
    return [(column.strip('"'), types[column.strip('"')]) for column in header]
