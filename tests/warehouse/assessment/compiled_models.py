"""Single models as dbt compiles them, to run on tables of a test's own, in memory and many times over.

What belongs here: getting the SQL, and its tables. No expectation of any result.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import duckdb
import pandas as pd
from facts_fixture import Facts

SCHEMAS = ("lake", "seeds", "staging", "core", "quality", "assessment")


class CompiledModels:
    """The SQL of `models`, compiled once over a county without a row."""

    def __init__(self, root: Path, models: Iterable[str]) -> None:
        facts = Facts(root)
        facts.build_seeds()
        chosen = [f"+{model}" for model in models]
        built = facts.project.build(chosen, ["staging", "core", "resource_type:seed", "resource_type:test"])
        assert {node.status for node in built} == {"success"}, [node.message for node in built]
        self.queries = {node.name: node.query for node in built}

    def run(self, names: Iterable[str], tables: dict[str, tuple[str, list[tuple]]]) -> duckdb.DuckDBPyConnection:
        """Build the models in this order on `tables` (columns with types, rows), in schema `assessment`."""
        connection = duckdb.connect()
        connection.execute("attach ':memory:' as warehouse; use warehouse")
        for schema in SCHEMAS:
            connection.execute(f"create schema {schema}")
        for table, (columns, rows) in tables.items():
            connection.execute(f"create table {table} ({columns})")
            if rows:
                frame = pd.DataFrame(rows, dtype=object)  # noqa: F841, read by the next line
                connection.execute(f"insert into {table} select * from frame")
        for name in names:
            connection.execute(f"create table assessment.{name} as {self.queries[name]}")
        return connection
