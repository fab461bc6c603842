"""The months of a run against every figure computed by hand, before and after: what changed must have been rebuilt.

The figures are those of two ledgers (one numbered by the platform, one by each township) and one snapshot, reduced to
what makes months depend on each other: rows by month and by due month with their file, whether a township's ledger has
landed, and what is still pending at its end.
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
from orchestration.lake.catalogue import CREATE, _cells, _write_rows, _write_view
from orchestration.lake.rebuild_months import rebuild_months
from orchestration.landing.batch import BatchRecord

COUNTY, OTHER = "623021000000", "623022000000"
TOWNSHIPS = {"623021100000": COUNTY, "623021101000": COUNTY, "623022100000": OTHER}
DUE_DAYS = 7
MESSAGES, SERVICES, REGISTRY = "exchange_message", "service_event", "gpl_resident"
CONTRACTS = {name: load_contracts()[name] for name in (MESSAGES, SERVICES, REGISTRY)}
KINDS = ("follow_up", "care_visit")


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
# Few numbers and few days, so that books collide and rows turn up again elsewhere.
EVENT_DAYS = [date(2026, 1, 20), date(2026, 1, 28), date(2026, 4, 3)]
numbered = st.tuples(
    st.integers(1, 3), st.sampled_from(sorted(TOWNSHIPS)), st.sampled_from(EVENT_DAYS) | days, st.sampled_from(KINDS)
)
batches = st.tuples(
    st.sampled_from([MESSAGES, SERVICES, SERVICES, REGISTRY]),
    st.sampled_from([COUNTY, COUNTY, OTHER, *TOWNSHIPS]),
    days,
    st.lists(numbered, max_size=4),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
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
        (("exchange_message", COUNTY, date(2026, 3, 31), [(9, "623021100000", date(2026, 2, 10), KINDS[0])]), {2}),
        (("exchange_message", COUNTY, date(2026, 3, 31), [(9, "623021100000", date(2026, 2, 27), KINDS[0])]), {2, 3}),
        (("exchange_message", COUNTY, date(2026, 4, 30), []), {3, 4}),
        (
            ("exchange_message", COUNTY, date(2026, 3, 31), [(1, "623021100000", date(2026, 3, 3), KINDS[0])]),
            {1, 2, 3, 4},
        ),
        (("gpl_resident", COUNTY, date(2026, 5, 6), []), {3, 4, 5}),
    ],
    ids=["snapshot", "row", "due in the next month", "further end", "earliest row moves", "later clock"],
)
def test_months_that_cannot_change_are_left_alone(batch, months, seeds):
    before = [
        ("gpl_resident", COUNTY, date(2026, 1, 31), []),
        ("exchange_message", COUNTY, date(2026, 3, 31), [(1, "623021100000", date(2026, 1, 5), KINDS[0])]),
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
    for source, scope, as_of, _ in landed:
        if source == REGISTRY:
            found[as_of.replace(day=1)] |= {(REGISTRY, township, as_of) for township in covered(scope)}
    for source in (MESSAGES, SERVICES):
        governing = newest_versions(landed, source)
        ends = defaultdict(lambda: date.min)
        for of, scope, as_of, _ in landed:
            if of == source:
                ends |= {township: max(ends[township], as_of) for township in covered(scope)}
        first = {}
        for township, happened, _ in governing.values():
            county = TOWNSHIPS[township]
            first[county] = min(first.get(county, date.max), happened.replace(day=1))
        for township, end in ends.items():
            month = first.get(TOWNSHIPS[township])
            while month is not None and month <= end:
                last = month.replace(day=calendar.monthrange(month.year, month.month)[1])
                found[month].add((source, "landed", township, min(last, end)))
                month = last + timedelta(days=1)
        for key, (township, happened, number) in governing.items():
            due = happened + timedelta(days=DUE_DAYS)
            found[due.replace(day=1)].add((source, "case", key, township, number, due > ends[township]))
            found[happened.replace(day=1)].add((source, "event", key, township, number))
    clock = max((as_of for _, _, as_of, _ in landed), default=date.min)
    for month in list(found):
        last = month.replace(day=calendar.monthrange(month.year, month.month)[1])
        found[month].add(("term is over", clock - last >= timedelta(days=5)))
    return dict(found)


def newest_versions(landed: list[tuple], source: str) -> dict[tuple, tuple[str, date, int]]:
    """Of each row (by number and who gave it) the township, day and batch number of the version that governs."""
    files = [(*batch[1:3], number, batch[3]) for number, batch in enumerate(landed) if batch[0] == source]
    corrected = corrected_places(source, files)
    versions = defaultdict(list)
    for scope, as_of, number, rows in files:
        for position, (key, township, happened, _) in enumerate(rows):
            if (scope, key, giver(source, township)) not in corrected:
                version = ((as_of, scope in TOWNSHIPS, scope, number, position), (township, happened, number))
                versions[key, giver(source, township)].append(version)
    return {key: max(found)[1] for key, found in versions.items()}


def giver(source: str, township: str) -> str:
    return township if source == SERVICES else TOWNSHIPS[township]


def corrected_places(source: str, files: list[tuple]) -> set[tuple]:
    """Scope, number and giver of the rows that a later export of the scope shows elsewhere."""
    shown: dict[tuple, dict] = defaultdict(dict)
    for scope, as_of, number, rows in files:
        for key, township, happened, kind in rows:
            shown[scope, key].setdefault((as_of, number), {})[giver(source, township)] = (happened, kind)
    corrected = set()
    for (scope, key), exports in shown.items():
        last = {place: max(when for when, places in exports.items() if place in places) for places in exports.values()
                for place in places}  # fmt: skip
        for when, places in exports.items():
            for place, row in places.items():
                claims = [
                    (seen, former)
                    for former, seen in last.items()
                    if seen < when
                    and exports[seen][former] == row
                    and not any({former, place} <= set(both) for both in exports.values())
                ]
                latest = [former for seen, former in claims if seen == max(claims)[0]]
                if len(latest) == 1:
                    corrected.add((scope, key, latest[0]))
    return corrected


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
    _write_rows(connection, "batch", [_cells(record) for record in records])
    for source in CONTRACTS:
        _write_view(connection, CONTRACTS[source], [])
        if source != REGISTRY:
            columns = ", ".join(f"{name} {kind}" for name, kind in CONTRACTS[source].lake_columns.items())
            connection.execute(f"create or replace table lake_{source} ({columns})")
            connection.execute(f"drop view lake.{source}; create view lake.{source} as from lake_{source}")
    for number, (source, _, as_of, rows) in enumerate(landed):
        for key, township, happened, _ in rows if source != REGISTRY else []:
            write_row(connection, f"lake_{source}", source, str(key), township, happened, number, as_of)


def write_row(connection: duckdb.DuckDBPyConnection, table: str, source: str, *row: object) -> None:
    contract = CONTRACTS[source]
    names = [*contract.key, contract.place, contract.event_column, "batch_id", "as_of"]
    *said, number, as_of = row
    values = [*said, f"batch{number}", as_of]
    connection.execute(f"insert into {table} ({', '.join(names)}) values (?, ?, ?, ?, ?)", values)


def write_staging(connection: duckdb.DuckDBPyConnection, landed: list[tuple]) -> None:
    """The staging tables as a build of `landed` leaves them."""
    for source in (MESSAGES, SERVICES):
        connection.execute(f"create or replace table staging.stg_{source} as from lake_{source} where false")
        for (key, _), (township, happened, number) in newest_versions(landed, source).items():
            as_of = landed[number][2]
            write_row(connection, f"staging.stg_{source}", source, str(key), township, happened, number, as_of)
