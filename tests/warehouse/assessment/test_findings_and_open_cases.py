"""Quality findings, batches and open cases as published, against what the rows say; and dbt's unit tests."""

from __future__ import annotations

from datetime import date

from dice_county import TOWNSHIPS
from findings import NOVEMBER, OCTOBER, RUNS, SEPTEMBER

KEYS_OF_A_PERSON = {"person_key", "birth_date", "id_status", "sex", "operator_key", "account_key", "house_no"}


def test_a_failure_leads_to_file_line_and_sheet(assessed):
    rows = assessed.facts.rows(
        "select record_ref, sheet_name from published.fct_quality_failure where batch_id is not null"
    )
    assert dict(rows) == {"open": "导出", "R1": None}


def test_repairs_are_timed_from_the_day_somebody_could_see_the_failure(assessed):
    (row,) = assessed.facts.rows("from published.fct_quality_repair")
    days = [1, 30, 10]
    mean, median = sum(days) / 3, 10
    assert row == (TOWNSHIPS[0], 2, 2, 4, mean, median, date(2025, 11, 2))


def test_the_newest_run_speaks_for_a_month_of_an_extract_and_for_a_table_as_a_whole(assessed):
    current = assessed.facts.rows(
        "select rule_id, period_start, run_id, rows_failed, rows_waived "
        "from published.fct_quality_result where origin <> 'landing' and is_current"
    )
    assert set(current) == {
        ("gpl_id_present", OCTOBER, RUNS["second"], 3, 2),
        ("gpl_id_present", NOVEMBER, RUNS["third"], 1, 0),
        ("message_time_order", SEPTEMBER, RUNS["first"], 1, 0),
        ("message_time_order", OCTOBER, RUNS["second"], 1, 0),
        ("results_are_coherent", NOVEMBER, RUNS["third"], 1, 0),
    }
    assert assessed.facts.rows("select count(*) from published.fct_quality_result where origin <> 'landing'") == [(8,)]


def test_quarantined_rows_count_as_failures_of_landing_until_another_file_speaks(assessed):
    landing = assessed.facts.rows(
        "select run_id, rule_id, period_start, rows_tested, rows_failed, rows_waived, is_current "
        "from published.fct_quality_result where origin = 'landing'"
    )
    assert set(landing) == {
        ("snapshot-again", "landing:missing:sex", OCTOBER, 10, 1, 1, True),
        ("snapshot-again", "landing:out_of_scope", OCTOBER, 10, 0, 0, True),
        ("snapshot-mid", "landing:missing:sex", OCTOBER, 10, 2, 0, False),
        ("snapshot-mid", "landing:out_of_scope", OCTOBER, 10, 1, 0, False),
    }


def test_a_batch_names_the_one_that_speaks_in_its_place(assessed):
    superseded = dict(
        assessed.facts.rows("select batch_id, superseded_by from published.fct_batch where superseded_by is not null")
    )
    assert superseded == {
        "snapshot-mid": "snapshot-again",
        "snapshot-end": "snapshot-again",
        "snapshot-late-old": "snapshot-again",
        "ledger-longer": "ledger-corrected",
    }


def test_open_cases_say_how_long_is_left(assessed):
    """The clock stands at the end of 2026-01-20, the newest as-of."""
    rows = assessed.facts.rows("select case_ref, hours_left, state, indicator_code from published.fct_open_case")
    assert set(rows) == {
        ("late", -24.0, "overdue", "an_indicator"),
        ("at the last second", 0.0, "open", "an_indicator"),
        ("tomorrow", 24.0, "open", "an_indicator"),
    }


def test_no_published_column_is_of_a_person(assessed):
    columns = {
        column
        for (column,) in assessed.facts.rows("select column_name from duckdb_columns() where schema_name = 'published'")
    }
    assert columns & KEYS_OF_A_PERSON == set()


def test_every_unit_test_of_the_models_passes(assessed):
    ran = assessed.facts.run_unit_tests()
    assert len(ran) >= 8
    assert set(ran.values()) == {"pass"}, ran
