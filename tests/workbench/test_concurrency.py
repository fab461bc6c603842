"""Twenty at once, as threads and as processes, on both engines: no edit is lost, no incident is opened twice."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from orchestration.workbench import ConcurrentEditError, Failing, RowKey, Workbench

WRITERS = 20
EDITS = 2
DAY = dt.date(2026, 11, 3)
TOWNS = [f"6230211{number:02d}000" for number in range(4)]

# Forks before there is any thread; each child is a process of its own with a connection of its own.
PROCESSES = """
import os, sys, traceback
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import importlib.util
spec = importlib.util.spec_from_file_location("concurrency", sys.argv[2])
tests = importlib.util.module_from_spec(spec)
spec.loader.exec_module(tests)
from orchestration.installation.paths import Home
home = Home(Path(sys.argv[3]))
reading, writing = os.pipe()
children = []
for number in range(tests.WRITERS):
    child = os.fork()
    if child == 0:
        os.close(writing)
        os.read(reading, 1)  # Until the parent lets all of them go at once.
        try:
            getattr(tests, sys.argv[4])(home, number)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    children.append(child)
os.close(writing)
sys.exit(any(os.waitpid(child, 0)[1] for child in children))
"""


def in_threads(work, home) -> None:
    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(lambda number: work(home, number), range(WRITERS)))


def in_processes(work, home) -> None:
    checkout = Path(__file__).resolve().parents[2]
    arguments = [str(checkout), __file__, str(home.root), work.__name__]
    done = subprocess.run(
        [sys.executable, "-c", PROCESSES, *arguments], check=False, capture_output=True, text=True, timeout=300,
        cwd=checkout, env=os.environ | {"PYTHONPATH": str(checkout)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


@pytest.fixture(params=[in_threads, in_processes], ids=["threads", "processes"])
def at_once(request):
    return request.param


def assign_and_comment(home, number: int) -> None:
    """Each edit is tried until it was not outdated."""
    workbench = Workbench.open(home)
    (incident,) = workbench.incidents()
    for edit in range(EDITS):
        while True:
            try:
                incident = workbench.assign(
                    incident.id, incident.version, f"clerk {number}", f"clerk {number}-{edit}", "other", "请核实"
                )
                break
            except ConcurrentEditError as late:
                assert late.incident.version > incident.version
                incident = late.incident
        workbench.comment(incident.id, f"clerk {number}", f"说明 {number}-{edit}")


def race_for_one_version(home, number: int) -> None:
    """All of them saw the same version; one is in time."""
    workbench = Workbench.open(home)
    (incident,) = workbench.incidents()
    try:
        workbench.acknowledge(incident.id, 1, f"clerk {number}", "other", "看到了")
    except ConcurrentEditError as late:
        assert late.incident.status == "acknowledged" and late.incident.version == 2


def sync_the_same_failures(home, number: int) -> None:
    """Runs that all find the same, and a first opening of the workbench by each."""
    found = [Failing("gpl_id_valid", "gpl_resident", town, 1, True) for town in [*TOWNS, None]]
    Workbench.open(home).sync(f"run{number}", DAY, found)


def waive_the_same_row(home, number: int) -> None:
    row = RowKey("gpl_id_valid", "gpl_resident", "A-001", TOWNS[0])
    day = dt.date.today()
    Workbench.open(home).waive([row], f"clerk {number}", "other", "看过", day)


def test_no_edit_is_lost(home, at_once):
    workbench = Workbench.open(home)
    workbench.sync("run1", DAY, [Failing("gpl_id_valid", "gpl_resident", TOWNS[0], 1, True)])
    at_once(assign_and_comment, home)
    incident = workbench.incident(workbench.incidents()[0].id)
    assigned = [event for event in incident.history if event.action == "assign"]
    assert incident.version == 1 + WRITERS * EDITS == 1 + len(assigned)
    assert incident.assignee == assigned[-1].assignee
    assert Counter(event.actor for event in assigned) == {f"clerk {n}": EDITS for n in range(WRITERS)}
    said = {event.comment for event in incident.history if event.action == "comment"}
    assert said == {f"说明 {number}-{edit}" for number in range(WRITERS) for edit in range(EDITS)}


def test_of_those_who_saw_the_same_one_is_in_time(home, at_once):
    workbench = Workbench.open(home)
    workbench.sync("run1", DAY, [Failing("gpl_id_valid", "gpl_resident", TOWNS[0], 1, True)])
    at_once(race_for_one_version, home)
    incident = workbench.incident(workbench.incidents()[0].id)
    assert [event.action for event in incident.history] == ["open", "acknowledge"] and incident.version == 2


def test_no_unit_has_two_open_incidents(home, at_once):
    at_once(sync_the_same_failures, home)
    incidents = Workbench.open(home).incidents()
    assert {incident.division_code for incident in incidents} == {*TOWNS, None}
    assert len(incidents) == len(TOWNS) + 1
    assert {incident.runs_failing for incident in incidents} == {WRITERS}


def test_no_row_has_two_active_waivers(home, at_once):
    at_once(waive_the_same_row, home)
    waivers = Workbench.open(home).waivers()
    assert len(waivers) == WRITERS
    assert [waiver.id for waiver in waivers if waiver.is_active] == [max(waiver.id for waiver in waivers)]
