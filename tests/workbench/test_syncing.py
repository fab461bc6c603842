"""Incidents follow the ledger of failures after a run, by rule, source and township."""

from __future__ import annotations

import datetime as dt

import duckdb
import pytest

from orchestration.installation.run_record import RunRecord
from orchestration.workbench import Failing, RowKey, SyncOutcome, sync_incidents
from orchestration.workbench.failures import failing_now, known_rows

TOWN, OTHER = "623021100000", "623021101000"
COLUMNS = (
    "rule_id text, source text, record_ref text, division_code text, resolved_on date, is_waived boolean, last_run text"
)
GONE = dt.date(2026, 10, 1)


@pytest.fixture
def ledger(home):
    """Writes the ledger that a run has left."""

    def write(*rows: tuple) -> None:
        home.quality.mkdir(parents=True, exist_ok=True)
        with duckdb.connect() as connection:
            connection.execute(f"create table ledger ({COLUMNS})")
            connection.executemany("insert into ledger values (?, ?, ?, ?, ?, ?, ?)", rows)
            connection.execute(f"copy ledger to '{home.quality / 'ledger.parquet'}'")

    return write


def run(run_id: str, started_at: str = "2026-11-03T23:30:00+00:00") -> RunRecord:
    return RunRecord(run_id=run_id, started_at=started_at)


def test_only_what_fails_now_and_is_not_waived_is_an_incident(home, workbench, ledger):
    ledger(
        ("a", "s", "1", TOWN, None, False, "r1"), ("a", "s", "2", TOWN, None, False, "r1"),
        ("a", "s", "3", OTHER, None, False, "r0"), ("a", "s", "4", TOWN, None, True, "r1"),
        ("a", "s", "5", TOWN, GONE, False, "r1"), ("b", "s", "1", TOWN, None, True, "r1"),
        ("c", "s", "1", None, None, False, "r1"),
    )  # fmt: skip
    assert failing_now(home, "r1") == [
        Failing("a", "s", TOWN, 2, True), Failing("a", "s", OTHER, 1, False), Failing("c", "s", None, 1, True),
    ]  # fmt: skip
    assert sync_incidents(home, run("r1")) == SyncOutcome(opened=3, joined=0, resolved=0, reopened=0)
    assert {incident.opened_on for incident in workbench.incidents()} == {dt.date(2026, 11, 3)}


def test_an_incident_ends_when_its_last_row_is_waived_or_gone(home, workbench, ledger):
    ledger(("a", "s", "1", TOWN, None, False, "r1"), ("b", "s", "1", TOWN, None, False, "r1"))
    sync_incidents(home, run("r1"))
    ledger(("a", "s", "1", TOWN, None, True, "r2"), ("b", "s", "1", TOWN, GONE, False, "r1"))
    assert sync_incidents(home, run("r2")).resolved == 2
    assert workbench.incidents(is_open=True) == []


def test_before_the_first_run_there_is_nothing(home):
    assert sync_incidents(home, run("r1")) == SyncOutcome(0, 0, 0, 0)
    assert failing_now(home, "r1") == [] and known_rows(home, [RowKey("a", "s", "1")]) == {}


def test_the_ledger_knows_whose_a_row_is(home, ledger):
    ledger(
        ("a", "s", "1", TOWN, None, False, "r1"), ("b", "s", "1", TOWN, None, False, "r1"),
        ("b", "s", "1", OTHER, None, False, "r1"), ("c", "s", "1", None, GONE, False, "r1"),
    )  # fmt: skip
    asked = [RowKey("a", "s", "1", OTHER), RowKey("a", "s", "2"), RowKey("a", "s", "1"), RowKey("b", "s", "1", OTHER)]
    asked += [RowKey("b", "s", "1"), RowKey("c", "s", "1")]
    found = {row: sorted(str(one.division_code) for one in meant) for row, meant in known_rows(home, asked).items()}
    assert list(found.values()) == [[], [], [TOWN], [OTHER], [TOWN, OTHER], ["None"]]
