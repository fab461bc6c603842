"""The months of a run against every figure computed by hand, before and after: what changed must have been rebuilt.

The figures are those of one ledger and one snapshot, reduced to what makes months depend on each other: rows by month
and by due month with their file, whether a township's ledger has landed, and what is still pending at its end.
"""

from __future__ import annotations

import calendar
from collections import defaultdict
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.contracts import load_contracts
from orchestration.lake_catalogue import CREATE, _write_batches, _write_view
from orchestration.landing.batch import BatchRecord
from orchestration.rebuild_months import rebuild_months

COUNTY, OTHER = "623021000000", "623022000000"
TOWNSHIPS = {"623021100000": COUNTY, "623021101000": COUNTY, "623022100000": OTHER}
DUE_DAYS = 7
CONTRACTS = {name: load_contracts()[name] for name in ("exchange_message", "gpl_resident")}


@pytest.fixture(scope="module")
def seeds(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("seeds")
    rows = [f"{code},t,township,{county}" for code, county in TOWNSHIPS.items()]
    rows += [f"{county},c,county,623000000000" for county in (COUNTY, OTHER)]
    header = "division_code,division_name,level,parent_code"
    (folder / "divisions.csv").write_text("\n".join([header, *rows, "623000000000,p,prefecture,"]), encoding="utf-8")
    (folder / "deadlines.csv").write_text(f"due_days\n0\n{DUE_DAYS}\n", encoding="utf-8")
    return folder


days = st.dates(date(2026, 1, 1), date(2026, 6, 30))
messages = st.tuples(st.integers(1, 6), st.sampled_from(sorted(TOWNSHIPS)), days)
batches = st.tuples(
    st.sampled_from(["exchange_message", "exchange_message", "gpl_resident"]),
    st.sampled_from([COUNTY, OTHER, *TOWNSHIPS]),
    days,
    st.lists(messages, max_size=4),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(runs=st.lists(st.lists(batches, min_size=1, max_size=3), min_size=2, max_size=4))
def test_no_month_that_changed_is_missed(runs, seeds):
    landed: list[tuple] = []
    with duckdb.connect() as connection:
        connection.execute(CREATE + "; create schema staging")
        for run in runs:
            before = figures(landed)
            known = [record(number, batch) for number, batch in enumerate(landed)]
            arrived = [record(len(landed) + number, batch) for number, batch in enumerate(run)]
            landed += run
            write_lake(connection, landed, known + arrived)
            connection.execute("delete from lake.rebuild_month")
            rebuild_months(connection, CONTRACTS, known, arrived, seeds)
            rebuilt = {month for (month,) in connection.execute("from lake.rebuild_month").fetchall()}
            after = figures(landed)
            changed = {month for month in before | after if before.get(month) != after.get(month)}
            assert changed <= rebuilt
            write_staging(connection, landed)


@pytest.mark.parametrize(
    ("batch", "months"),
    [
        (("gpl_resident", COUNTY, date(2026, 2, 28), []), {2}),
        (("exchange_message", COUNTY, date(2026, 3, 31), [(9, "623021100000", date(2026, 2, 10))]), {2}),
        (("exchange_message", COUNTY, date(2026, 3, 31), [(9, "623021100000", date(2026, 2, 27))]), {2, 3}),
        (("exchange_message", COUNTY, date(2026, 4, 30), []), {3, 4}),
        (("exchange_message", COUNTY, date(2026, 3, 31), [(1, "623021100000", date(2026, 3, 3))]), {1, 2, 3, 4}),
    ],
    ids=["snapshot", "row", "due in the next month", "further end", "earliest row moves"],
)
def test_months_that_cannot_change_are_left_alone(batch, months, seeds):
    before = [
        ("gpl_resident", COUNTY, date(2026, 1, 31), []),
        ("exchange_message", COUNTY, date(2026, 3, 31), [(1, "623021100000", date(2026, 1, 5))]),
        ("exchange_message", OTHER, date(2026, 4, 30), []),
    ]
    landed = [*before, batch]
    records = [record(number, each) for number, each in enumerate(landed)]
    with duckdb.connect() as connection:
        connection.execute(CREATE + "; create schema staging")
        write_lake(connection, landed, records)
        write_staging(connection, before)
        rebuild_months(connection, CONTRACTS, records[:-1], records[-1:], seeds)
        found = {month.month for (month,) in connection.execute("from lake.rebuild_month").fetchall()}
    assert found == months


def figures(landed: list[tuple]) -> dict[date, object]:
    """What a month's tables hold, computed plainly; months without anything are absent."""
    found: dict[date, set] = defaultdict(set)
    governing = newest_versions(landed)
    ends = defaultdict(lambda: date.min)
    for source, scope, as_of, _ in landed:
        for township in covered(scope):
            if source == "gpl_resident":
                found[as_of.replace(day=1)].add(("snapshot", township, as_of, len(landed)))
            else:
                ends[township] = max(ends[township], as_of)
    found = defaultdict(set, {month: {row[:3] for row in rows} for month, rows in found.items()})
    first = {}
    for township, sent, _ in governing.values():
        county = TOWNSHIPS[township]
        first[county] = min(first.get(county, date.max), sent.replace(day=1))
    for township, end in ends.items():
        month = first.get(TOWNSHIPS[township])
        while month is not None and month <= end:
            last = month.replace(day=calendar.monthrange(month.year, month.month)[1])
            found[month].add(("landed", township, min(last, end)))
            month = last + timedelta(days=1)
    for key, (township, sent, number) in governing.items():
        due = sent + timedelta(days=DUE_DAYS)
        found[due.replace(day=1)].add(("case", key, township, number, due > ends[township]))
        found[sent.replace(day=1)].add(("event", key, township, number))
    return dict(found)


def newest_versions(landed: list[tuple]) -> dict[int, tuple[str, date, int]]:
    """Of each message the township, day and batch number of the version that governs."""
    versions = defaultdict(list)
    for number, (source, scope, as_of, rows) in enumerate(landed):
        for position, (key, township, sent) in enumerate(rows if source == "exchange_message" else []):
            versions[key].append(((as_of, scope in TOWNSHIPS, number, position), (township, sent, number)))
    return {key: max(found)[1] for key, found in versions.items()}


def covered(scope: str) -> list[str]:
    return [township for township, county in TOWNSHIPS.items() if scope in (township, county)]


def record(number: int, batch: tuple) -> BatchRecord:
    source, scope, as_of, rows = batch
    return BatchRecord(
        batch_id=f"batch{number}", sequence=number, source=source, scope_code=scope, as_of=as_of, file_name="f",
        sha256="0", bytes=0, file_format="csv", contract_version=1, rows_in=len(rows), accepted=len(rows),
        quarantined=0, non_data=0, quarantine_reasons={}, non_data_kinds={}, unknown_columns=[], is_synthetic=True,
        landed_at=datetime(2026, 1, 1),
    )  # fmt: skip


def write_lake(connection: duckdb.DuckDBPyConnection, landed: list[tuple], records: list[BatchRecord]) -> None:
    _write_batches(connection, records)
    _write_view(connection, CONTRACTS["gpl_resident"], [])
    rows = [
        (str(key), township, datetime.combine(sent, datetime.min.time()), f"batch{number}", as_of)
        for number, (source, _, as_of, messages) in enumerate(landed)
        if source == "exchange_message"
        for key, township, sent in messages
    ]
    connection.execute(
        """create or replace table lake_rows
           (message_no varchar, to_code varchar, sent_at timestamp, batch_id varchar, as_of date)"""
    )
    connection.execute("drop view if exists lake.exchange_message")
    if rows:
        connection.executemany("insert into lake_rows values (?, ?, ?, ?, ?)", rows)
    connection.execute("create view lake.exchange_message as from lake_rows")


def write_staging(connection: duckdb.DuckDBPyConnection, landed: list[tuple]) -> None:
    """The staging table as a build of `landed` leaves it."""
    connection.execute("create or replace table staging.stg_exchange_message as from lake_rows where false")
    for key, (township, sent, number) in newest_versions(landed).items():
        connection.execute(
            "insert into staging.stg_exchange_message values (?, ?, ?, ?, ?)",
            [str(key), township, datetime.combine(sent, datetime.min.time()), f"batch{number}", landed[number][2]],
        )
