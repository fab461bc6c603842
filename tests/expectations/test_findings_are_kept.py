"""What a validation leaves on disk and in schema `quality`, over several runs and after failures."""

from __future__ import annotations

import hashlib
from datetime import date

import duckdb
import pytest

import expectations.run as run
from expectations.suite import load_suites
from expectations.validation import ExpectationError, Observation

SEPTEMBER, OCTOBER = date(2026, 9, 1), date(2026, 10, 1)


@pytest.fixture
def county(new_county, only_suites):
    only_suites("gpl_resident", "audit_sample")
    county = new_county()
    county.rebuild(SEPTEMBER, OCTOBER)
    return county


def failing(county):
    return county.run("select run_id, rule_id, period_month, source_row from quality.failing_row order by all")


def fingerprints(county):
    return {
        path.relative_to(county.quality): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(county.quality.rglob("*"))
        if path.is_file()
    }


def test_before_anything_landed_the_tables_are_there_typed_and_empty(new_county):
    county = new_county()
    assert county.validate("run-1") == []
    for table in ("result", "failure", "failing_row", "newest_result"):
        assert county.run(f"select * from quality.{table}") == []
    kinds = {name: kind for name, kind, *_ in county.run("describe quality.failure")}
    assert kinds == {
        **dict.fromkeys(("run_id", "rule_id", "source", "township_code", "record_ref", "batch_id"), "VARCHAR"),
        "period_month": "DATE",
        "source_file": "VARCHAR",
        "source_row": "BIGINT",
    }
    assert county.run("select affects_accuracy from quality.rule where rule_id = 'gpl_id_present'") == [(True,)]


def test_rules_are_listed_in_their_order(county, monkeypatch):
    monkeypatch.setattr(run, "load_suites", load_suites)
    county.validate("run-1")
    listed = county.run("select rule_id, source, text_zh, fix_en, reason from quality.rule order by position")
    assert listed == [
        (rule.meta.rule_id, suite.name, rule.meta.text_zh, rule.meta.fix_en, rule.meta.reason)
        for suite in load_suites()
        for rule in suite.expectations
    ]


def test_the_same_run_again_writes_the_same_bytes_and_nothing_else(county):
    for month in (SEPTEMBER, OCTOBER):
        county.add("gpl_resident", household_no=None, period_month=month)
    first = county.validate("run-1")
    written, folder = fingerprints(county), sorted(path.name for path in county.warehouse.parent.iterdir())
    assert {str(path) for path in written} == {"run-1/failure.parquet", "run-1/result.parquet"}
    assert folder == ["quality", "warehouse.duckdb"]
    assert county.validate("run-1") == first
    assert fingerprints(county) == written


def test_the_newest_run_of_each_month_speaks_for_it(county):
    september = county.add("gpl_resident", household_no=None, period_month=SEPTEMBER)
    october = county.add("gpl_resident", household_no=None)
    county.validate("run-1")
    county.run("update staging.stg_gpl_resident set household_no = 'H1'")
    county.rebuild(OCTOBER)
    still = county.add("gpl_resident", has_phone=False)
    county.validate("run-2")
    assert failing(county) == [
        ("run-1", "gpl_household_present", SEPTEMBER, september),
        ("run-2", "gpl_contact_reachable", OCTOBER, still),
    ]
    assert county.run("select run_id, source_row from quality.failure order by all") == [
        ("run-1", september),
        ("run-1", october),
        ("run-2", still),
    ]


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
    assert [rule_id for (rule_id,) in county.run("select rule_id from quality.failure")] == ["gpl_household_present"]


def test_a_run_cut_off_before_its_results_does_not_count(county):
    row = county.add("gpl_resident", household_no=None)
    county.validate("run-1")
    county.validate("run-2")
    (county.quality / "run-2" / "result.parquet").unlink()
    assert failing(county) == [("run-1", "gpl_household_present", OCTOBER, row)]
    assert county.run("select distinct run_id from quality.failure") == [("run-1",)]


def test_a_rule_that_cannot_be_evaluated_stops_the_run_and_changes_no_finding(county):
    row = county.add("gpl_resident", household_no=None)
    county.validate("run-1")
    county.run("alter table staging.stg_audit_sample rename column record_no to other_no")
    with pytest.raises(ExpectationError, match="audit_record_known"):
        county.validate("run-2")
    assert sorted(path.name for path in county.quality.iterdir()) == ["run-1"]
    assert failing(county) == [("run-1", "gpl_household_present", OCTOBER, row)]


def test_a_count_that_differs_by_one_row_stops_the_run(county, monkeypatch):
    county.add("gpl_resident", household_no=None)
    observe = run._observe

    def one_too_many(*arguments):
        return observe(*arguments) | {"gpl_household_present": Observation(success=False, unexpected=2)}

    monkeypatch.setattr(run, "_observe", one_too_many)
    with pytest.raises(ExpectationError, match="gpl_household_present: 2 rows failed, 1 were found"):
        county.validate("run-1")
    assert not county.quality.exists()


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
    assert {name for (name,) in views} == {"result", "failure", "newest_result", "failing_row"}


def test_progress_names_each_source_and_ends_complete(county):
    heard = []
    county.validate("run-1", lambda *step: heard.append(step))
    assert heard == [("gpl_resident", 0, 2), ("audit_sample", 1, 2), ("audit_sample", 2, 2)]
