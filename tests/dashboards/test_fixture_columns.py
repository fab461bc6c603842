"""The edition from dice has the columns of the published contracts: what runs on it runs on a real one."""

from __future__ import annotations

import duckdb
import pytest

from orchestration.publishing.older_editions import published_columns

CONTRACTS = published_columns()
# Written by publication, or copied from the seeds with all their columns.
ELSEWHERE = {"edition", "dim_division", "dim_indicator", "dim_target", "dim_reason", "dim_grade"}


@pytest.fixture(scope="module")
def columns(published_home) -> dict[str, dict[str, str]]:
    edition = published_home / "editions" / "current" / "shuangbai.duckdb"
    with duckdb.connect(str(edition), read_only=True) as database:
        own = "select table_name, column_name, data_type from duckdb_columns() where not internal"
        rows = database.execute(own).fetchall()
    found: dict[str, dict[str, str]] = {}
    for table, column, data_type in rows:
        found.setdefault(table, {})[column] = data_type.lower()
    return {table: names for table, names in found.items() if table not in ELSEWHERE}


def test_every_table_is_published(columns):
    assert columns
    assert not set(columns) - set(CONTRACTS)


def test_every_column_is_published_under_the_same_name_and_as_the_same_kind(columns):
    integers = {"bigint", "integer"}
    assert not [
        f"{table}.{column}"
        for table, names in columns.items()
        for column, kind in names.items()
        if kind != (promised := CONTRACTS[table].get(column, "no such column")) and not {kind, promised} <= integers
    ]
