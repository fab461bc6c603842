"""Incidents: opened and ended by runs, moved on by people, every step in their history."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.workbench import (
    ConcurrentEditError,
    Failing,
    SyncOutcome,
    Workbench,
    WorkbenchError,
)

DAY = dt.date(2026, 11, 3)
TOWN, OTHER = "623021100000", "623021101000"


def failing(rule: str = "gpl_id_valid", town: str | None = TOWN, rows: int = 3, is_new: bool = True) -> Failing:
    return Failing(rule, "gpl_resident", town, rows, is_new)


@pytest.fixture
def incident(workbench):
    workbench.sync("run1", DAY, [failing()])
    (opened,) = workbench.incidents()
    return opened


def test_a_first_failure_opens_one_incident_a_rule_and_township(workbench):
    units = [failing(), failing(town=OTHER), failing(rule="landing:repeated_row"), failing(town=None)]
    assert workbench.sync("run1", DAY, units) == SyncOutcome(opened=4, joined=0, resolved=0, reopened=0)
    assert {(i.rule_id, i.division_code, i.status, i.rows, i.version) for i in workbench.incidents()} == {
        (unit.rule_id, unit.division_code, "new", 3, 1) for unit in units
    }


def test_the_same_run_again_changes_nothing(workbench, incident):
    before = workbench.incident(incident.id)
    assert workbench.sync("run1", DAY, [failing()]) == SyncOutcome(opened=0, joined=1, resolved=0, reopened=0)
    assert workbench.incident(incident.id) == before


def test_a_repeat_joins_without_outdating_what_a_person_sees(workbench, incident):
    workbench.sync("run2", DAY + dt.timedelta(days=1), [failing(rows=5)])
    joined = workbench.acknowledge(incident.id, incident.version, "李质", "being_looked_into", "看到了")
    assert (joined.runs_failing, joined.rows, joined.opened_on) == (2, 5, DAY)
    assert joined.last_seen_on == DAY + dt.timedelta(days=1)
    assert [(event.action, event.rows) for event in joined.history] == [("open", 3), ("rows", 5), ("acknowledge", None)]


def test_a_run_that_did_not_look_neither_resolves_nor_counts(workbench, incident):
    workbench.sync("run2", DAY + dt.timedelta(days=1), [failing(is_new=False)])
    (same,) = workbench.incidents()
    assert (same.status, same.runs_failing, same.last_seen_on) == ("new", 1, DAY)


def test_a_clean_run_resolves_and_a_relapse_names_the_former(workbench, incident):
    assert workbench.sync("run2", DAY, []).resolved == 1
    ended = workbench.incident(incident.id)
    assert (ended.status, ended.resolved_by, ended.rows, ended.version) == ("resolved", "auto", 0, 2)
    assert workbench.sync("run3", DAY, [failing(is_new=False)]) == SyncOutcome(
        opened=1, joined=0, resolved=0, reopened=1
    )
    (again,) = workbench.incidents(is_open=True)
    assert again.previous_id == incident.id and again.history == () and again.opened_on == DAY
    workbench.sync("run4", DAY, [])
    workbench.sync("run5", DAY, [failing()])
    (third,) = workbench.incidents(is_open=True)
    assert third.previous_id == again.id, "a relapse follows the newest, not the first"


def test_what_a_person_resolved_stays_so_until_a_run_has_looked_again(workbench, incident):
    workbench.resolve(incident.id, 1, "李质", "corrected", "已在系统中更正")
    assert workbench.sync("run2", DAY, [failing(is_new=False)]) == SyncOutcome(0, 0, 0, 0)
    assert workbench.sync("run3", DAY, [failing(is_new=True)]) == SyncOutcome(1, 0, 0, 1)


def test_the_way_of_an_incident_is_its_history(workbench, incident):
    seen = workbench.acknowledge(incident.id, incident.version, "李质", "being_looked_into", "看到了")
    given = workbench.assign(seen.id, seen.version, "王数", "张乡", "sent_to_township", "请核实")
    given = workbench.assign(given.id, given.version, "王数", "赵乡", "sent_to_township", "张乡休假")
    workbench.comment(given.id, "赵乡", "已去核实")
    done = workbench.resolve(given.id, given.version, "赵乡", "corrected", "已更正")
    assert [(e.actor, e.action, e.from_status, e.to_status, e.assignee, e.reason, e.comment) for e in done.history] == [
        ("auto", "open", None, "new", None, None, None),
        ("李质", "acknowledge", "new", "acknowledged", None, "being_looked_into", "看到了"),
        ("王数", "assign", "acknowledged", "assigned", "张乡", "sent_to_township", "请核实"),
        ("王数", "assign", "assigned", "assigned", "赵乡", "sent_to_township", "张乡休假"),
        ("赵乡", "comment", "assigned", "assigned", None, None, "已去核实"),
        ("赵乡", "resolve", "assigned", "resolved", None, "corrected", "已更正"),
    ]
    assert (done.status, done.assignee, done.resolved_by, done.version) == ("resolved", "赵乡", "赵乡", 5)
    moments = [event.at for event in done.history]
    assert moments == sorted(moments) and all(moment.tzinfo == dt.UTC for moment in moments)


def test_who_is_late_is_told_and_shown_what_is_there_now(workbench, incident):
    workbench.acknowledge(incident.id, incident.version, "李质", "other", "看到了")
    for late in (
        lambda: workbench.acknowledge(incident.id, incident.version, "王数", "other", "我也看到了"),
        lambda: workbench.assign(incident.id, incident.version, "王数", "张乡", "other", "请核实"),
        lambda: workbench.resolve(incident.id, incident.version, "王数", "other", "已更正"),
    ):
        with pytest.raises(ConcurrentEditError, match=r"李质 刚刚(?s:.*)李质 has just") as told:
            late()
        assert told.value.incident == workbench.incident(incident.id)
    workbench.sync("run2", DAY, [])
    with pytest.raises(ConcurrentEditError, match=r"系统 刚刚(?s:.*)the system has just"):
        workbench.resolve(incident.id, 2, "王数", "other", "已更正")


def test_steps_that_lead_nowhere_are_refused(workbench, incident):
    seen = workbench.acknowledge(incident.id, 1, "李质", "other", "看到了")
    with pytest.raises(WorkbenchError, match="只有新出现"):
        workbench.acknowledge(incident.id, seen.version, "李质", "other", "再看")
    done = workbench.resolve(incident.id, seen.version, "李质", "corrected", "好了")
    for step in (
        lambda: workbench.resolve(incident.id, done.version, "李质", "corrected", "好了"),
        lambda: workbench.assign(incident.id, done.version, "李质", "张乡", "other", "请核实"),
        lambda: workbench.incident(incident.id + 1),
        lambda: workbench.comment(incident.id + 1, "李质", "说明"),
        lambda: workbench.acknowledge(incident.id + 1, 1, "李质", "other", "看到了"),
    ):
        with pytest.raises(WorkbenchError):
            step()
    assert workbench.incident(incident.id) == done


def test_incidents_are_found_by_what_they_are(workbench):
    workbench.sync("run1", DAY, [failing(), failing(town=OTHER), failing(rule="gpl_id_present")])
    mine = next(i for i in workbench.incidents(division_code=OTHER))
    workbench.assign(mine.id, 1, "王数", "张乡", "other", "请核实")
    workbench.sync("run2", DAY, [failing(), failing(town=OTHER)])
    assert {i.division_code for i in workbench.incidents(rule_id="gpl_id_valid")} == {TOWN, OTHER}
    assert [i.id for i in workbench.incidents(assignee="张乡", is_open=True)] == [mine.id]
    assert [i.rule_id for i in workbench.incidents(is_open=False)] == ["gpl_id_present"]


UNITS = [("a", TOWN), ("a", OTHER), ("b", TOWN), ("b", None)]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(runs=st.lists(st.sets(st.sampled_from(UNITS)), min_size=1, max_size=6))
def test_whatever_the_runs_find_each_unit_has_one_open_incident_exactly_while_it_fails(home, runs):
    workbench = Workbench.open(home)
    workbench.sync("clean", DAY, [])
    former = len(workbench.incidents())
    spells = 0
    for number, found in enumerate(runs):
        before = runs[number - 1] if number else set()
        spells += len(found - before)
        outcome = workbench.sync(f"run{number}", DAY, [failing(rule, town) for rule, town in sorted(found, key=str)])
        open_now = [(i.rule_id, i.division_code) for i in workbench.incidents(is_open=True)]
        assert sorted(open_now, key=str) == sorted(found, key=str)
        assert outcome.opened == len(found - before)
        assert (outcome.joined, outcome.resolved) == (len(found & before), len(before - found))
    assert len(workbench.incidents()) - former == spells
