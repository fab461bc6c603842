"""Waivers in the builder's file: which months a change of them makes the next run build again."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest

from expectations.findings import CREATE_KEPT
from orchestration.installation.paths import Home
from orchestration.lake.catalogue import CREATE
from orchestration.lake.waivers import waivers_digest, waivers_in_force, write_waivers
from orchestration.workbench import RowKey, Workbench

KEY = ("gpl_house_if_renting", "gpl_resident", "R1", "623021100000")
OTHER = ("gpl_house_if_renting", "gpl_resident", "R2", "623021100000")
MONTHS = {number: date(2026, number, 1) for number in (6, 7, 8)}
LAST_DAYS = {6: date(2026, 6, 30), 7: date(2026, 7, 31), 8: date(2026, 8, 31)}


@pytest.fixture
def warehouse():
    """R1 fails in three months, R2 in the last; nothing is waived and nothing is to be built."""
    with duckdb.connect() as connection:
        connection.execute(CREATE)
        connection.execute(CREATE_KEPT)
        for key, months in ((KEY, MONTHS), (OTHER, [8])):
            for month in months:
                connection.execute(
                    """insert into quality.failing_row (rule_id, source, record_ref, township_code, period_month, as_of,
                           is_waived)
                       values (?, ?, ?, ?, ?, ?, false)""",
                    [*key, MONTHS[month], LAST_DAYS[month]],
                )
        yield connection


def rebuilt(warehouse) -> list[int]:
    return [month.month for (month,) in warehouse.execute("from lake.rebuild_month order by all").fetchall()]


def validated(warehouse, until: date | None) -> None:
    """As if the months had been built with a waiver of R1 up to that day."""
    warehouse.execute(
        "update quality.failing_row set is_waived = coalesce(record_ref = 'R1' and as_of <= $1, false)", [until]
    )
    warehouse.execute("delete from lake.rebuild_month")


@pytest.mark.parametrize(
    ("before", "after", "months"),
    [
        (None, LAST_DAYS[7], [6, 7]),
        (None, date(2026, 6, 29), []),
        (LAST_DAYS[7], LAST_DAYS[7], []),
        (LAST_DAYS[7], LAST_DAYS[8], [8]),
        (LAST_DAYS[7], LAST_DAYS[6], [7]),
        (LAST_DAYS[7], None, [6, 7]),
    ],
    ids=["waived", "expired before", "as it was", "prolonged", "shortened", "withdrawn"],
)
def test_only_the_months_whose_rows_are_waived_differently_are_built_again(warehouse, before, after, months):
    validated(warehouse, before)
    write_waivers(warehouse, [(*KEY, after)] if after else [])
    assert rebuilt(warehouse) == months


def test_what_is_to_be_built_anyway_is_listed_once(warehouse):
    warehouse.execute("insert into lake.rebuild_month values (date '2026-07-01'), (date '2026-09-01')")
    write_waivers(warehouse, [(*KEY, LAST_DAYS[7]), (*KEY, LAST_DAYS[8])])
    assert rebuilt(warehouse) == [6, 7, 8, 9]


def test_another_townships_row_of_the_same_number_is_not_waived(warehouse):
    write_waivers(warehouse, [(*KEY[:3], "623021101000", LAST_DAYS[8]), (*KEY[:3], None, LAST_DAYS[8])])
    assert rebuilt(warehouse) == []


def test_a_home_without_a_workbench_needs_none(tmp_path):
    assert waivers_in_force(Home(tmp_path)) == []
    assert list(tmp_path.iterdir()) == []


def test_an_expired_waiver_still_counts_and_a_withdrawn_one_does_not(tmp_path):
    home = Home(tmp_path)
    workbench = Workbench.open(home)
    today, until = date(2020, 1, 1), date(2020, 2, 1)
    for key in (KEY, OTHER):
        workbench.waive([RowKey(*key)], "李质", "proven_right", "-", until, today=today)
    both = waivers_in_force(home)
    assert both == [(*KEY, until), (*OTHER, until)]
    workbench.withdraw(workbench.waivers()[0].id, "李质", "-")
    assert len(waivers_in_force(home)) == 1
    assert waivers_digest(waivers_in_force(home)) != waivers_digest(both)
