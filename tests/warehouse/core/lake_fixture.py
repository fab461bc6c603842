"""A lake and its quality findings as the warehouse meets them: tables of the contracts' columns, filled row by row.

What belongs here: the shape of schemas `lake` and `quality`, and how a batch gets in. No expectation of any result.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from orchestration.contracts import load_contracts
from orchestration.lake.catalogue import BATCH_COLUMNS, WITHDRAWN_COLUMNS
from orchestration.lake.quarantined import COLUMNS as QUARANTINED_COLUMNS

BATCHES = {"batch": BATCH_COLUMNS, "withdrawn_batch": WITHDRAWN_COLUMNS, "quarantined_row": QUARANTINED_COLUMNS}
LAKE = BATCHES | {name: contract.lake_columns for name, contract in load_contracts().items()}
QUALITY = {
    "rule": """rule_id varchar, source varchar, position integer, dimension varchar, severity varchar,
        affects_accuracy boolean, text_zh varchar, text_en varchar, fix_zh varchar, fix_en varchar, reason varchar""",
    "failing_row": """run_id varchar, rule_id varchar, source varchar, period_month date, township_code varchar,
        record_ref varchar, batch_id varchar, source_file varchar, source_row bigint, as_of date,
        is_waived boolean default false""",
}


class Lake:
    """The tables that a build reads, in a builder's file at `path`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.sequence = 0
        with self.connect() as lake:
            lake.execute("create schema lake; create schema quality")
            lake.execute("create table lake.rebuild_month (period_month date)")
            for name, columns in LAKE.items():
                lake.execute(f"create table lake.{name} ({', '.join(f'{c} {kind}' for c, kind in columns.items())})")
            for name, columns in QUALITY.items():
                lake.execute(f"create table quality.{name} ({columns})")

    def connect(self) -> duckdb.DuckDBPyConnection:
        return duckdb.connect(str(self.path))

    def insert(self, table: str, rows: list[dict[str, Any]]) -> None:
        with self.connect() as lake:
            for row in rows:
                places = ", ".join("?" for _ in row)
                lake.execute(f"insert into {table} ({', '.join(row)}) values ({places})", list(row.values()))

    def land(self, source: str, scope: str, as_of: str, rows: list[dict[str, Any]]) -> str:
        """One batch of `rows`, numbered from row 2 as below a header; returns its id."""
        self.sequence += 1
        name = f"{source}__{scope}__{as_of}.csv"
        trace = {"batch_id": f"b{self.sequence}", "as_of": date.fromisoformat(as_of)}
        batch = trace | {
            "sequence": self.sequence,
            "source": source,
            "scope_code": scope.ljust(12, "0"),
            "file_name": name,
            "rows_in": len(rows),
            "accepted": len(rows),
            "quarantined": 0,
            "non_data": 0,
            "quarantine_reasons": "{}",
            "non_data_kinds": "{}",
        }
        self.insert("lake.batch", [batch])
        origin = {"unreadable": "", "source_file": name} | trace
        self.insert(f"lake.{source}", [row | origin | {"source_row": line} for line, row in enumerate(rows, start=2)])
        return trace["batch_id"]

    def rebuild(self, *months: str) -> None:
        """Ask the next build for these months (`YYYY-MM`) only."""
        with self.connect() as lake:
            lake.execute("delete from lake.rebuild_month")
        self.insert("lake.rebuild_month", [{"period_month": date.fromisoformat(f"{month}-01")} for month in months])
