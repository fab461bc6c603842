"""Quality findings, batches and open cases as published, against what the rows say; and dbt's unit tests."""

from __future__ import annotations

from datetime import date

import pytest
from findings import NOVEMBER, OCTOBER, RUNS, SEPTEMBER

KEYS_OF_A_PERSON = {"person_key", "birth_date", "id_status", "sex", "operator_key", "account_key", "house_no"}


@pytest.mark.parametrize(
    ("source", "record", "first_seen", "last_seen", "resolved_on", "runs", "month", "line"),
    [
        ("gpl_resident", "corrected at once", 1, 1, date(2025, 11, 2), 1, OCTOBER, 2),
        ("gpl_resident", "corrected next month", 1, 2, date(2025, 12, 1), 2, OCTOBER, 3),
        ("gpl_resident", "stays", 2, None, None, 2, NOVEMBER, 9),
        ("exchange_message", "corrected", 1, 1, date(2025, 11, 2), 1, SEPTEMBER, 2),
        ("exchange_message", "stays", 1, 2, None, 2, SEPTEMBER, 4),
    ],
)
def test_a_failure_is_followed_until_it_is_resolved(
    assessed, source, record, first_seen, last_seen, resolved_on, runs, month, line
):
    (row,) = assessed.facts.rows(
        "select first_seen, last_seen, resolved_on, runs_failing, period_start, source_row "
        f"from published.fct_quality_failure where source = '{source}' and record_ref = '{record}'"
    )
    last = date(2025, 11, last_seen) if last_seen else date(2025, 12, 1)
    assert row == (date(2025, 11, first_seen), last, resolved_on, runs, month, line)


def test_only_the_newest_run_of_a_month_is_current(assessed):
    current = assessed.facts.rows(
        "select source, period_start, run_id from published.fct_quality_result "
        "where origin = 'expectation' and is_current"
    )
    assert set(current) == {
        ("gpl_resident", OCTOBER, RUNS["second"]),
        ("gpl_resident", NOVEMBER, RUNS["third"]),
        ("exchange_message", SEPTEMBER, RUNS["second"]),
        ("exchange_message", NOVEMBER, RUNS["third"]),
    }


def test_quarantined_rows_count_as_failures_of_landing(assessed):
    landing = assessed.facts.rows(
        "select run_id, rule_id, period_start, rows_tested, rows_failed, is_current "
        "from published.fct_quality_result where origin = 'landing'"
    )
    assert set(landing) == {
        ("snapshot-again", "landing:missing:sex", OCTOBER, 10, 2, True),
        ("snapshot-again", "landing:out_of_scope", OCTOBER, 10, 1, True),
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
