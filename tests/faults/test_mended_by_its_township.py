"""A township mends, in a file of its own, rows of the county's file that could not be used: they are mended everywhere.

In the ledger of failures, in the results of landing and on the lists that go out to townships, by a snapshot, by a
ledger that the platform numbers and by one that each township numbers itself. The neighbour, who has mended nothing,
still has its rows on all three.
"""

from __future__ import annotations

import duckdb
import pytest
from python_calamine import CalamineWorkbook

from orchestration.commands.quarantine_export import export
from orchestration.installation.paths import Home
from orchestration.runs.running import run_pipeline

from .conftest import inquiry, put, resident

MENDING, NEIGHBOUR = "623021100000", "623021101000"
COUNTY_FILES, OWN_FILES = "{}__623021__2026-10-31.csv", "{}__623021100__2026-10-31.csv"
SOURCES = ("gpl_resident", "exchange_message", "service_event")
DAY = "2026-10-05 08:00:00"
# By source: the number, which is the same in both townships' books where each has its own, and the row that says it.
NUMBERS = {
    MENDING: {"gpl_resident": "R100", "exchange_message": "M100", "service_event": "1"},
    NEIGHBOUR: {"gpl_resident": "R101", "exchange_message": "M101", "service_event": "1"},
}


def row(source: str, place: str, number: str) -> str:
    if source == "gpl_resident":
        return resident(number, f"{place[:9]}201", DAY)
    if source == "exchange_message":
        return inquiry(number, place, DAY)
    return f"{number},随访,{place[:9]}201,R1,2026-10-04,{DAY},0"


def broken(source: str, place: str, number: str) -> str:
    """The same without what it may not lack."""
    return row(source, place, number).replace(",男,", ",,").replace(",协查,", ",,").replace(",随访,", ",,")


@pytest.fixture(scope="module")
def states(new_home, tmp_path_factory) -> list[dict]:
    """What three places say of each source's rows, before and after: `(place, source, number)` that the ledger has
    open, rows that fail by source, `(list, source, line)` that is asked for."""
    home, found = new_home(), []
    for source in SOURCES:
        usable = [row(source, place, f"9{place[6:9]}") for place in (MENDING, NEIGHBOUR)]
        wrong = [broken(source, place, NUMBERS[place][source]) for place in (MENDING, NEIGHBOUR)]
        put(home.landing, COUNTY_FILES.format(source), [*usable, *wrong])
    assert run_pipeline(home).exit_code == 0
    found.append(said(home, tmp_path_factory.mktemp("lists")))
    for source in SOURCES:
        mended = [row(source, MENDING, number) for number in (f"9{MENDING[6:9]}", NUMBERS[MENDING][source])]
        put(home.landing, OWN_FILES.format(source), mended)
    assert run_pipeline(home).exit_code == 0
    found.append(said(home, tmp_path_factory.mktemp("lists")))
    return found


def said(home: Home, folder) -> dict:
    assert export(home, folder, None) == 0
    asked = {
        (path.stem[:9] + "000", line[1].split("__")[0], line[2])
        for path in folder.iterdir()
        for line in CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()[3:]
    }
    with duckdb.connect(str(home.current_edition.resolve() / "shuangbai.duckdb"), read_only=True) as edition:
        is_open = edition.execute(
            """select division_code, source, record_ref from fct_quality_failure
               where rule_id like 'landing:%' and resolved_on is null"""
        ).fetchall()
        failing = edition.execute(
            """select source, sum(rows_failed)::integer from fct_quality_result
               where origin = 'landing' and is_current group by source"""
        ).fetchall()
    return {"open": set(is_open), "failing": dict(failing), "asked": asked}


def open_rows(*places: str) -> set[tuple[str, str, str]]:
    return {(place, source, number) for place in places for source, number in NUMBERS[place].items()}


def asked_rows(*lines: tuple[str, int]) -> set[tuple[str, str, int]]:
    return {(place, source, line) for place, line in lines for source in SOURCES}


def test_before_it_mends_them_both_townships_rows_fail(states):
    before, _ = states
    assert before["open"] == open_rows(MENDING, NEIGHBOUR)
    assert before["failing"] == dict.fromkeys(SOURCES, 2)
    assert before["asked"] == asked_rows((MENDING, 4), (NEIGHBOUR, 5))


def test_what_it_mended_fails_nowhere_and_the_neighbours_rows_everywhere(states):
    _, after = states
    assert after["open"] == open_rows(NEIGHBOUR)
    assert after["failing"] == dict.fromkeys(SOURCES, 1)
    assert after["asked"] == asked_rows((NEIGHBOUR, 5))
