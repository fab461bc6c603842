"""A warehouse as the rules see it: lake, seeds and staging, written by hand, without dbt.

`county.add(source, **columns)` adds one staged row that no rule objects to, but for the columns given; it returns the
row's `source_row`, unique in the county.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

import expectations.run as run
from expectations.suite import load_suites
from orchestration.contracts import load_contracts

OCTOBER = date(2026, 10, 1)
TOWNSHIP, NEIGHBOUR, ELSEWHERE = "623021100000", "623021101000", "623022100000"

TRACE = {
    "unreadable": "varchar",
    "source_file": "varchar",
    "source_row": "bigint",
    "batch_id": "varchar",
    "as_of": "date",
}
PERSON = {
    "person_key": "varchar",
    "id_status": "varchar",
    "id_agrees": "boolean",
    "sex": "varchar",
    "birth_date": "date",
}
STAY = {"origin_code": "varchar", "village_code": "varchar", "inflow_date": "date", "outflow_date": "date"}
SNAPSHOT = {"township_code": "varchar", "county_code": "varchar", "period_month": "date"}
LEDGER = {"township_code": "varchar", "event_month": "date"}

COLUMNS = {
    "gpl_resident": {
        "record_no": "varchar",
        "household_no": "varchar",
        **PERSON,
        **STAY,
        "residence_kind": "varchar",
        "house_no": "varchar",
        "has_phone": "boolean",
        "record_state": "varchar",
        "registered_at": "timestamp",
        "updated_at": "timestamp",
        "has_contact_card": "boolean",
        "is_informed": "boolean",
        "is_active": "boolean",
        "occurrences": "bigint",
        **SNAPSHOT,
    },
    "padis_resident": {
        "case_no": "varchar",
        **PERSON,
        **STAY,
        "case_state": "varchar",
        "updated_at": "timestamp",
        "occurrences": "bigint",
        **SNAPSHOT,
    },
    "rental_tenancy": {
        "house_no": "varchar",
        "village_code": "varchar",
        "person_key": "varchar",
        "id_status": "varchar",
        "start_date": "date",
        "end_date": "date",
        "checked_date": "date",
        **SNAPSHOT,
    },
    "exchange_message": {
        "message_no": "varchar",
        "kind": "varchar",
        "sent_at": "timestamp",
        "received_at": "timestamp",
        "verified_at": "timestamp",
        "replied_at": "timestamp",
        "outcome": "varchar",
        **LEDGER,
    },
    "system_login": {"account_key": "varchar", "account_level": "varchar", "login_at": "timestamp", **LEDGER},
    "service_event": {
        "event_no": "varchar",
        "kind": "varchar",
        "record_no": "varchar",
        "due_date": "date",
        "completed_at": "timestamp",
        "fee": "decimal(12, 2)",
        **LEDGER,
    },
    "survey_response": {"response_no": "varchar", "surveyed_date": "date", **LEDGER},
    "audit_sample": {
        "audit_no": "varchar",
        "record_no": "varchar",
        "checked_date": "date",
        "first_result": "varchar",
        "second_result": "varchar",
        **LEDGER,
    },
}

SOUND_TRACE = {"unreadable": "", "source_file": "a.csv", "batch_id": "county", "as_of": date(2026, 10, 31)}
SOUND_PLACE = {
    "township_code": TOWNSHIP,
    "county_code": "623021000000",
    "period_month": OCTOBER,
    "event_month": OCTOBER,
}
SOUND_PERSON = {"id_status": "ok", "id_agrees": True, "sex": "female", "birth_date": date(1990, 5, 17)}
SOUND_STAY = {"origin_code": "110101", "village_code": "623021100201", "inflow_date": date(2026, 9, 1)}
SOUND = {
    "gpl_resident": {
        **SOUND_PERSON,
        **SOUND_STAY,
        "household_no": "H1",
        "residence_kind": "owned",
        "has_phone": True,
        "record_state": "active",
        "registered_at": datetime(2026, 9, 2, 9),
        "updated_at": datetime(2026, 10, 5, 9),
        "has_contact_card": True,
        "is_informed": True,
        "is_active": True,
        "occurrences": 1,
    },
    "padis_resident": {
        **SOUND_PERSON,
        **SOUND_STAY,
        "case_state": "inflow_registered",
        "updated_at": datetime(2026, 10, 5, 9),
        "occurrences": 1,
    },
    "rental_tenancy": {"house_no": "F1", "id_status": "ok", "start_date": date(2026, 9, 1)},
    "exchange_message": {"kind": "inquiry", "sent_at": datetime(2026, 10, 5, 8)},
    "system_login": {"account_key": "k", "account_level": "township", "login_at": datetime(2026, 10, 5, 8)},
    "service_event": {"kind": "follow_up", "due_date": date(2026, 10, 9)},
    "survey_response": {"surveyed_date": date(2026, 10, 9)},
    "audit_sample": {"record_no": "R-known", "checked_date": date(2026, 10, 9), "first_result": "matches"},
}
NUMBERED = {
    "gpl_resident": "record_no",
    "padis_resident": "case_no",
    "exchange_message": "message_no",
    "service_event": "event_no",
    "survey_response": "response_no",
    "audit_sample": "audit_no",
}

TABLES = """
    create schema lake;
    create schema seeds;
    create schema staging;
    create table lake.rebuild_month (period_month date);
    create table lake.batch (batch_id varchar, source varchar, scope_code varchar, as_of date);
    create table seeds.code_history (code varchar);
    insert into seeds.code_history values ('110101'), ('623021');
    create table seeds.divisions (division_code varchar, level varchar, parent_code varchar);
    insert into seeds.divisions values
        ('623021000000', 'county', '623000000000'),
        ('623021100000', 'township', '623021000000'),
        ('623021101000', 'township', '623021000000'),
        ('623022000000', 'county', '623000000000'),
        ('623022100000', 'township', '623022000000'),
        ('623023100000', 'township', '623023000000');
    create table staging.governing_snapshot (source varchar, township_code varchar, period_month date, as_of date);
    create table staging.landed_month (source varchar, township_code varchar, period_month date);
"""


@dataclass
class County:
    """A builder's file (`warehouse`)."""

    warehouse: Path
    row_count: int = field(default=0)
    to_write: list[tuple[str, list[Any]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.write(TABLES)
        for source, columns in COLUMNS.items():
            typed = ", ".join(f"{name} {kind}" for name, kind in (columns | TRACE).items())
            self.write(f"create table staging.stg_{source} ({typed})")
        for source, contract in load_contracts().items():
            typed = ", ".join(f"{name} {kind}" for name, kind in contract.lake_columns.items())
            self.write(f"create table lake.{source} ({typed})")

    def write(self, sql: str, *parameters: Any) -> None:
        """Run `sql` when the file is opened next: opening it for each row would take longer than the test."""
        self.to_write.append((sql, list(parameters)))

    def run(self, sql: str, parameters: list[Any] | None = None) -> list[tuple]:
        """Run `sql` and return its rows."""
        with duckdb.connect(str(self.warehouse)) as connection:
            connection.begin()
            for statement, values in self.to_write:
                connection.execute(statement, values)
            connection.commit()
            self.to_write.clear()
            return connection.execute(sql, parameters).fetchall()

    def validate(self, run_id: str, progress: run.Progress | None = None) -> list[run.RuleResult]:
        self.run("select 1")
        return run.validate(self.warehouse, run_id, progress)

    def add(self, source: str, **columns: Any) -> int:
        self.row_count += 1
        row = {**SOUND_PLACE, **SOUND_TRACE, **SOUND[source], "source_row": self.row_count}
        if source in NUMBERED:
            row[NUMBERED[source]] = f"{source}-{self.row_count}"
        row = {name: value for name, value in row.items() if name in COLUMNS[source] | TRACE} | columns
        marks = ", ".join("?" for _ in row)
        self.write(f"insert into staging.stg_{source} ({', '.join(row)}) values ({marks})", *row.values())
        return self.row_count

    def tell_twice(self, source: str, **columns: Any) -> None:
        """Two accepted rows of one file with these columns of the lake, and the trace of a sound row."""
        row = columns | {name: value for name, value in SOUND_TRACE.items() if name not in columns}
        for _ in range(2):
            marks = ", ".join("?" for _ in row)
            self.write(f"insert into lake.{source} ({', '.join(row)}) values ({marks})", *row.values())

    def rebuild(self, *months: date) -> None:
        """Say which months the next validation is for."""
        self.write("delete from lake.rebuild_month")
        for month in months:
            self.write("insert into lake.rebuild_month values (?)", month)

    def land(self, source: str, township_code: str, *months: date) -> None:
        """Say that the township's extract has landed for `months` (a snapshot, if the source is one)."""
        for month in months:
            self.write("insert into staging.landed_month values (?, ?, ?)", source, township_code, month)
            if "period_month" in COLUMNS[source]:
                self.write(
                    "insert into staging.governing_snapshot values (?, ?, ?, last_day(?))",
                    *(source, township_code, month, month),
                )

    def batch(self, batch_id: str, source: str, scope_code: str, as_of: date) -> None:
        self.write("insert into lake.batch values (?, ?, ?, ?)", batch_id, source, scope_code, as_of)


@pytest.fixture
def only_suites(monkeypatch):
    """Leaves only the named suites to validate: a test of one source need not wait for eight."""

    def narrow(*names: str) -> None:
        chosen = [suite for suite in load_suites() if suite.name in names]
        monkeypatch.setattr(run, "load_suites", lambda: chosen)

    return narrow


@pytest.fixture(scope="module")
def new_county(tmp_path_factory):
    """Makes empty counties, each in a folder of its own."""

    def make() -> County:
        folder = tmp_path_factory.mktemp("县 o'[1] {x} $y #")
        return County(folder / "warehouse.duckdb")

    return make
