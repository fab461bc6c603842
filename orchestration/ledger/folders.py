"""The ledger on disk: one folder a run, `quality/<run>/{failure,result}.parquet`, and the states folded from them.

Here: which folders count, the columns of both files, writing durably. Not here: what is in them. `result.parquet` is
written last and is the commit mark of its folder; folders sort by time.

- `failure`: one row per rule and record (a number and the township whose it is) whose state a run changed or saw: it
  fails (`is_failing`), or does no longer; `is_seen` says that the run itself found it failing, if only in a month that
  has been delivered again since.
- `result`: one row per test and month: how many rows were tested and how many failed.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb

from orchestration.installation.durable import durable
from orchestration.lake.parquet import pattern, quoted

KEY = {"rule_id": "varchar", "source": "varchar", "record_ref": "varchar", "township_code": "varchar"}
PLACE = {
    "origin": "varchar",
    "period_month": "date",
    "batch_id": "varchar",
    "source_file": "varchar",
    "source_row": "bigint",
}
FAILURE = {
    "run_id": "varchar",
    **KEY,
    **PLACE,
    "is_failing": "boolean",
    "is_seen": "boolean",
    "is_waived": "boolean",
}
RESULT = {
    "run_id": "varchar",
    "rule_id": "varchar",
    "source": "varchar",
    "period_month": "date",
    "origin": "varchar",
    "dimension": "varchar",
    "severity": "varchar",
    "rows_tested": "bigint",
    "rows_failed": "bigint",
    "rows_waived": "bigint",
    "affects_accuracy": "boolean",
    "blocks_publication": "boolean",
}
COLUMNS = {"failure": FAILURE, "result": RESULT}
LANDED_TO = "landed_to"


def same_record(one: str, other: str, township: str = "division_code") -> str:
    """SQL: whether `one`, a state of the ledger, and `other` speak of the same record. A number is a record's only in
    its township (of `other` the column `township`), and a record may be of none."""
    numbered = " and ".join(f"{one}.{name} = {other}.{name}" for name in ("rule_id", "source", "record_ref"))
    return f"{numbered} and {one}.division_code is not distinct from {other}.{township}"


def committed(quality: Path) -> list[str]:
    """Names of the folders that count, in the order of time."""
    return sorted(mark.parent.name for mark in quality.glob("*/result.parquet"))


def write_folder(connection: duckdb.DuckDBPyConnection, folder: Path, landed_to: int) -> None:
    """Write the temporary tables `failure` and `result`; `landed_to` is the newest batch (by its sequence) whose
    quarantined rows are among them."""
    for table in ("failure", "result"):
        write_parquet(
            connection, f"select * from {table} order by all nulls last", folder / f"{table}.parquet",
            {LANDED_TO: str(landed_to)},
        )  # fmt: skip


def write_parquet(connection: duckdb.DuckDBPyConnection, query: str, path: Path, notes: Mapping[str, str]) -> None:
    """A file with the rows of `query` and `notes` about them."""
    said = ", ".join(f"{name}: {quoted(value)}" for name, value in notes.items())
    with durable(path) as temporary:
        connection.execute(
            f"copy ({query}) to {quoted(temporary)} (format parquet, compression zstd, kv_metadata {{{said}}})"
        )


def read_notes(connection: duckdb.DuckDBPyConnection, path: Path) -> dict[str, str]:
    """What `write_parquet` noted. Raises duckdb.Error if it is no such file."""
    rows = connection.execute(f"select decode(key), decode(value) from parquet_kv_metadata({pattern(path)})").fetchall()
    return dict(rows)
