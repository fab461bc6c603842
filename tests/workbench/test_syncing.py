"""Incidents follow the ledger of failures after a run, by rule, source and township."""

from __future__ import annotations

import datetime as dt

import duckdb
import pytest

from orchestration.workbench import Failing, RowKey, SyncOutcome, incidents_are_due, sync_incidents
from orchestration.workbench.failures import failing_now, known_rows

TOWN, OTHER = "623021100000", "623021101000"
COLUMNS = (
    "rule_id text, source text, record_ref text, division_code text, resolved_on date, is_waived boolean, last_run text"
)
R1, R2 = "20261103T233000000001Z", "20261104T010000000000Z"
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
        newest = home.quality / max(last_run for *_, last_run in rows) / "result.parquet"
        newest.parent.mkdir(exist_ok=True)
        newest.touch()

    return write


def test_only_what_fails_now_and_is_not_waived_is_an_incident(home, workbench, ledger):
    ledger(
        ("a", "s", "1", TOWN, None, False, R1), ("a", "s", "2", TOWN, None, False, R1),
        ("a", "s", "3", OTHER, None, False, "20261002T010000000000Z"), ("a", "s", "4", TOWN, None, True, R1),
        ("a", "s", "5", TOWN, GONE, False, R1), ("b", "s", "1", TOWN, None, True, R1),
        ("c", "s", "1", None, None, False, R1),
    )  # fmt: skip
    assert failing_now(home, R1) == [
        Failing("a", "s", TOWN, 2, True), Failing("a", "s", OTHER, 1, False), Failing("c", "s", None, 1, True),
    ]  # fmt: skip
    assert sync_incidents(home) == SyncOutcome(opened=3, joined=0, resolved=0, reopened=0)
    assert {incident.opened_on for incident in workbench.incidents()} == {dt.date(2026, 11, 3)}


def test_an_incident_ends_when_its_last_row_is_waived_or_gone(home, workbench, ledger):
    ledger(("a", "s", "1", TOWN, None, False, R1), ("b", "s", "1", TOWN, None, False, R1))
    sync_incidents(home)
    ledger(("a", "s", "1", TOWN, None, True, R2), ("b", "s", "1", TOWN, GONE, False, R1))
    assert sync_incidents(home).resolved == 2
    assert workbench.incidents(is_open=True) == []


def test_they_are_due_until_they_have_followed(home, workbench, ledger):
    """A run that was killed between the ledger and the incidents is made up for by the next one."""
    assert not incidents_are_due(home)
    ledger(("a", "s", "1", TOWN, None, False, R1))
    assert incidents_are_due(home)
    sync_incidents(home)
    assert not incidents_are_due(home) and len(workbench.incidents(is_open=True)) == 1
    ledger(("a", "s", "1", TOWN, None, False, R1), ("b", "s", "1", TOWN, None, False, R2))
    assert incidents_are_due(home)
    assert sync_incidents(home).opened == 1 and not incidents_are_due(home)
    assert {one.opened_on for one in workbench.incidents(rule_id="b")} == {dt.date(2026, 11, 4)}


def test_before_the_first_run_there_is_nothing(home):
    assert sync_incidents(home) == SyncOutcome(0, 0, 0, 0)
    assert failing_now(home, R1) == [] and known_rows(home, [RowKey("a", "s", "1")]) == {}


def test_the_ledger_knows_whose_a_row_is(home, ledger):
    ledger(
        ("a", "s", "1", TOWN, None, False, R1), ("b", "s", "1", TOWN, None, False, R1),
        ("b", "s", "1", OTHER, None, False, R1), ("c", "s", "1", None, GONE, False, R1),
    )  # fmt: skip
    asked = [RowKey("a", "s", "1", OTHER), RowKey("a", "s", "2"), RowKey("a", "s", "1"), RowKey("b", "s", "1", OTHER)]
    asked += [RowKey("b", "s", "1"), RowKey("c", "s", "1")]
    found = {row: sorted(str(one.division_code) for one in meant) for row, meant in known_rows(home, asked).items()}
    assert list(found.values()) == [[], [], [TOWN], [OTHER], [TOWN, OTHER], ["None"]]
