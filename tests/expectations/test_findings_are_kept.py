"""What a validation leaves in schema `quality`, over several runs, after failures, and with rows that are waived."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest

import expectations.run as run
from expectations.validation import ExpectationError, Observation

SEPTEMBER, OCTOBER = date(2026, 9, 1), date(2026, 10, 1)
TOWNSHIP = "623021100000"


@pytest.fixture
def county(new_county, only_suites):
    only_suites("gpl_resident", "audit_sample")
    county = new_county()
    county.rebuild(SEPTEMBER, OCTOBER)
    return county


def failing(county):
    return county.run("select run_id, rule_id, period_month, source_row from quality.failing_row order by all")


def test_before_anything_landed_the_tables_are_there_typed_and_empty(new_county):
    county = new_county()
    assert county.validate("run-1") == []
    for table in ("tested", "failing_row"):
        assert county.run(f"select * from quality.{table}") == []
    kinds = {name: kind for name, kind, *_ in county.run("describe quality.failing_row")}
    assert kinds == {
        **dict.fromkeys(("run_id", "rule_id", "source", "township_code", "record_ref", "batch_id"), "VARCHAR"),
        "period_month": "DATE",
        "source_file": "VARCHAR",
        "source_row": "BIGINT",
        "as_of": "DATE",
        "is_waived": "BOOLEAN",
    }


def test_the_same_run_again_keeps_the_same_rows_and_nothing_else(county):
    for month in (SEPTEMBER, OCTOBER):
        county.add("gpl_resident", household_no=None, period_month=month)
    first = county.validate("run-1")
    kept = county.run("from quality.failing_row"), county.run("from quality.tested")
    assert county.validate("run-1") == first
    assert (county.run("from quality.failing_row"), county.run("from quality.tested")) == kept
    assert [path.name for path in county.warehouse.parent.iterdir()] == ["warehouse.duckdb"]


def test_the_newest_run_of_each_month_speaks_for_it(county):
    september = county.add("gpl_resident", household_no=None, period_month=SEPTEMBER)
    county.add("gpl_resident", household_no=None)
    county.validate("run-1")
    county.run("update staging.stg_gpl_resident set household_no = 'H1'")
    county.rebuild(OCTOBER)
    still = county.add("gpl_resident", has_phone=False)
    county.validate("run-2")
    assert failing(county) == [
        ("run-1", "gpl_household_present", SEPTEMBER, september),
        ("run-2", "gpl_contact_reachable", OCTOBER, still),
    ]
    assert {month for (month,) in county.run("select period_month from quality.tested")} == {OCTOBER}


def test_a_month_whose_rows_are_gone_is_clean(county):
    county.add("gpl_resident", household_no=None)
    county.validate("run-1")
    county.run("delete from staging.stg_gpl_resident")
    results = county.validate("run-2")
    assert failing(county) == []
    counts = {(one.rows_tested, one.rows_failed) for one in results if one.rule_id == "gpl_household_present"}
    assert counts == {(0, 0)}


def test_a_rule_that_is_gone_fails_for_nobody(county, monkeypatch):
    county.add("gpl_resident", household_no=None)
    county.validate("run-1")
    without = [
        suite.model_copy(
            update={
                "expectations": tuple(
                    rule for rule in suite.expectations if rule.meta.rule_id != "gpl_household_present"
                )
            }
        )
        for suite in run.load_suites()
    ]
    monkeypatch.setattr(run, "load_suites", lambda: without)
    county.validate("run-2")
    assert failing(county) == []


@pytest.mark.parametrize(
    ("until", "is_waived"), [(date(2026, 10, 30), False), (date(2026, 10, 31), True), (date(2027, 1, 1), True)]
)
def test_a_waived_row_is_counted_by_itself_for_data_exported_up_to_the_waivers_end(county, until, is_waived):
    for record_no in ("R1", "R2"):
        county.add("gpl_resident", record_no=record_no, household_no=None, as_of=date(2026, 10, 31))
    county.validate("run-1")
    for key in (
        ("gpl_household_present", "gpl_resident", "R1", TOWNSHIP),
        ("gpl_household_present", "audit_sample", "R2", TOWNSHIP),
        ("gpl_household_present", "gpl_resident", "R2", "623021101000"),
    ):
        county.run("insert into quality.waiver values (?, ?, ?, ?, ?)", [*key, until])
    results = county.validate("run-2")
    kept = county.run("select record_ref, is_waived from quality.failing_row order by all")
    assert kept == [("R1", is_waived), ("R2", False)]
    (october,) = (one for one in results if (one.rule_id, one.period_month) == ("gpl_household_present", OCTOBER))
    assert (october.rows_failed, october.rows_waived) == (2 - is_waived, int(is_waived))


def test_a_waived_delivery_goes_by_the_end_of_its_month(county, only_suites):
    only_suites("padis_resident")
    county.land("padis_resident", TOWNSHIP, SEPTEMBER, OCTOBER)
    for _ in range(3):
        county.add("padis_resident", period_month=OCTOBER)
    county.validate("run-1")
    assert county.run("select is_waived from quality.failing_row") == [(False,)]
    for until, is_waived in ((date(2026, 10, 30), False), (date(2026, 10, 31), True)):
        key = ("padis_resident_volume", "padis_resident", TOWNSHIP, TOWNSHIP)
        county.run("insert into quality.waiver values (?, ?, ?, ?, ?)", [*key, until])
        county.validate("run-2")
        assert county.run("select is_waived from quality.failing_row") == [(is_waived,)]


def test_a_rule_that_cannot_be_evaluated_stops_the_run_and_changes_no_finding(county):
    row = county.add("gpl_resident", household_no=None)
    county.validate("run-1")
    county.run("alter table staging.stg_audit_sample rename column record_no to other_no")
    with pytest.raises(ExpectationError, match="audit_record_known"):
        county.validate("run-2")
    assert failing(county) == [("run-1", "gpl_household_present", OCTOBER, row)]


def test_a_count_that_differs_by_one_row_stops_the_run(county, monkeypatch):
    county.add("gpl_resident", household_no=None)
    observe = run._observe

    def one_too_many(*arguments):
        return observe(*arguments) | {"gpl_household_present": Observation(success=False, unexpected=2)}

    monkeypatch.setattr(run, "_observe", one_too_many)
    with pytest.raises(ExpectationError, match="gpl_household_present: 2 rows failed, 1 were found"):
        county.validate("run-1")
    assert failing(county) == []


def test_more_failing_rows_than_great_expectations_hands_out_are_all_kept(county):
    county.add("gpl_resident", occurrences=2)
    county.run("""
        insert into staging.stg_gpl_resident
        select file.* replace (10000 + i as source_row, 'R' || i as record_no)
        from staging.stg_gpl_resident as file, range(1000) as numbers(i)
    """)
    county.validate("run-1")
    assert county.run("select count(*), count(distinct source_row) from quality.failing_row") == [(1001, 1001)]


def test_the_working_views_are_gone_and_the_file_is_free(county):
    county.validate("run-1")
    with duckdb.connect(str(county.warehouse), config={"threads": 1}) as connection:
        views = connection.execute("select view_name from duckdb_views() where schema_name = 'quality'").fetchall()
    assert views == []


def test_progress_names_each_source_and_ends_complete(county):
    heard = []
    county.validate("run-1", lambda *step: heard.append(step))
    assert heard == [("gpl_resident", 0, 2), ("audit_sample", 1, 2), ("audit_sample", 2, 2)]
