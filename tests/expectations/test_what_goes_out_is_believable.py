"""The expectations on published tables: quiet on sound figures, and each heard when its figure is out of range."""

from __future__ import annotations

import duckdb
import pytest

from expectations.run import OutgoingResult, validate_published
from expectations.suite import load_outgoing
from expectations.validation import ExpectationError

SOUND = {
    "fct_indicator_result": {
        "numerator": 49,
        "denominator": 50,
        "pending": 0,
        "value": 0.98,
        "target_value": 1.0,
        "ci_low": 0.89,
        "ci_high": 0.999,
        "zero_defect_bound": None,
        "shrunk_value": 0.97,
    },
    "fct_ranking": {
        "score": 100.0,
        "weight_share": 1.0,
        "rank": 1,
        "previous_rank": None,
        "previous_score": None,
        "rank_low": 1,
        "rank_high": 3,
        "p_top3": 0.99,
        "p_bottom3": 0.0,
        "p_front": 0.97,
        "p_rear": 0.0,
        "tier": "front",
        "score_trend": None,
        "weight_rank_low": 1,
        "weight_rank_high": 2,
        "leave_one_out_rank_low": 1,
        "leave_one_out_rank_high": 2,
        "improvement": -0.5,
        "improvement_rank": 1,
        "expected_score": 97.5,
        "veto_numerator": None,
        "veto_denominator": None,
        "veto_ci_high": None,
        "veto_misses_left": None,
    },
    "fct_score_change": {
        "change_kind": "mix",
        "attainment": None,
        "previous_attainment": None,
        "lost": 7.142857,
        "previous_lost": 0.0,
        "change": -7.142857,
    },
    "fct_score_contribution": {"attainment": 1.0, "effective_weight": 1.0, "contribution": 100.0, "lost": 0.0},
    "fct_batch": {
        "rows_in": 10,
        "accepted": 7,
        "quarantined": 2,
        "non_data": 1,
        "as_of": "2026-10-31",
        "sha256": "a" * 64,
        "scope_code": "623021000000",
    },
    "fct_reconciliation": {
        "only_gpl": 5,
        "only_padis": 5,
        "both_equal": 80,
        "both_different": 10,
        "keyless": 1,
        "rows_total": 191,
        "chapman_total": 100.0,
        "coverage_estimate": 0.95,
        "keyless_share": 0.005,
    },
    "fct_integrity_signal": {"rows": 12, "p_value": 0.0004, "expected_by_chance": 0.006},
    "fct_trend_point": {"value": 97.5, "window_months": 24, "cases_since_miss": None, "false_alarm_rate": 0.026},
    "fct_outlook": {"next_month_probability": None, "year_to_date": 1.0},
    "fct_funnel": {"low_998": 0.0, "low_95": 0.02, "high_95": 1.0, "high_998": 1.0},
    "fct_slow_progress": {"months_missed": 3},
    "fct_next_step": {
        "missed": 5,
        "cases_to_target": 5,
        "lost_for_good": 5,
        "points_to_target": 2.5,
        "points_per_case": 0.5,
    },
    "fct_next_goal": {"points_to_grade": 0.000001, "points_to_rank": None, "rank_low": 3, "next_rank": 2},
}
UNBELIEVABLE = {
    "fct_indicator_result": [
        ({"numerator": -1}, "numerator_in_range"),
        ({"numerator": 51}, "numerator_within_denominator"),
        ({"pending": -1}, "pending_in_range"),
        ({"value": 1.0000001}, "value_in_range"),
        ({"target_value": 98.0}, "target_value_in_range"),
        ({"ci_low": -0.01}, "ci_low_in_range"),
        ({"ci_high": 1.01}, "ci_high_in_range"),
        ({"ci_low": 0.9, "ci_high": 0.8}, "ci_low_within_ci_high"),
        ({"zero_defect_bound": 1.5}, "zero_defect_bound_in_range"),
        ({"shrunk_value": -0.1}, "shrunk_value_in_range"),
    ],
    "fct_ranking": [
        ({"score": 100.5}, "score_in_range"),
        ({"weight_share": 1.1}, "weight_share_in_range"),
        ({"rank": 0, "rank_low": None}, "rank_in_range"),
        ({"previous_rank": 0}, "previous_rank_in_range"),
        ({"previous_score": -1.0}, "previous_score_in_range"),
        ({"rank_low": 0}, "rank_low_in_range"),
        ({"rank_low": 2}, "rank_low_within_rank"),
        ({"rank": 4}, "rank_within_rank_high"),
        ({"p_top3": 1.01}, "p_top3_in_range"),
        ({"p_bottom3": -0.01}, "p_bottom3_in_range"),
        ({"p_front": 1.01}, "p_front_in_range"),
        ({"p_rear": -0.01}, "p_rear_in_range"),
        ({"tier": "top"}, "tier_known"),
        ({"score_trend": "better"}, "score_trend_known"),
        ({"weight_rank_low": 0}, "weight_rank_low_in_range"),
        ({"weight_rank_low": 3}, "weight_rank_low_within_weight_rank_high"),
        ({"leave_one_out_rank_low": 0}, "leave_one_out_rank_low_in_range"),
        ({"leave_one_out_rank_low": 3}, "leave_one_out_rank_low_within_leave_one_out_rank_high"),
        ({"improvement": 1.5}, "improvement_in_range"),
        ({"improvement_rank": 0}, "improvement_rank_in_range"),
        ({"expected_score": 100.5}, "expected_score_in_range"),
        ({"veto_numerator": 9, "veto_denominator": 8}, "veto_numerator_within_denominator"),
        ({"veto_ci_high": 1.5}, "veto_ci_high_in_range"),
        ({"veto_misses_left": -1}, "veto_misses_left_in_range"),
    ],
    "fct_score_change": [
        ({"change_kind": "gone"}, "change_kind_known"),
        ({"attainment": 1.2}, "attainment_in_range"),
        ({"previous_attainment": -0.1}, "previous_attainment_in_range"),
        ({"lost": 101.0}, "lost_in_range"),
        ({"previous_lost": -1.0}, "previous_lost_in_range"),
        ({"change": -101.0}, "change_in_range"),
    ],
    "fct_trend_point": [
        ({"value": 100.5}, "value_in_range"),
        ({"window_months": 11}, "window_months_in_range"),
        ({"cases_since_miss": -1}, "cases_since_miss_in_range"),
        ({"false_alarm_rate": 0.06}, "false_alarm_rate_in_range"),
    ],
    "fct_outlook": [
        ({"next_month_probability": 1.1}, "next_month_probability_in_range"),
        ({"year_to_date": -0.1}, "year_to_date_in_range"),
    ],
    "fct_funnel": [
        ({"low_998": -0.1}, "low_998_in_range"),
        ({"low_95": -0.1}, "low_95_in_range"),
        ({"high_95": 1.1}, "high_95_in_range"),
        ({"high_998": 1.1}, "high_998_in_range"),
    ],
    "fct_slow_progress": [({"months_missed": 25}, "months_missed_in_range")],
    "fct_next_step": [
        ({"missed": -1, "cases_to_target": None, "lost_for_good": None}, "missed_in_range"),
        ({"cases_to_target": 6}, "cases_to_target_within_missed"),
        ({"lost_for_good": 6}, "lost_within_missed"),
        ({"points_to_target": 101.0}, "points_to_target_in_range"),
        ({"points_per_case": -0.1}, "points_per_case_in_range"),
    ],
    "fct_next_goal": [
        ({"points_to_grade": 0.0}, "points_to_grade_in_range"),
        ({"points_to_rank": 0.0}, "points_to_rank_in_range"),
        ({"next_rank": 3}, "next_rank_beyond_rank_low"),
    ],
    "fct_score_contribution": [
        ({"attainment": 1.2}, "attainment_in_range"),
        ({"effective_weight": -1.0}, "effective_weight_in_range"),
        ({"contribution": 101.0}, "contribution_in_range"),
        ({"lost": -0.1}, "lost_in_range"),
    ],
    "fct_batch": [
        ({"rows_in": -1, "accepted": -1, "quarantined": -1, "non_data": -1}, "rows_in_in_range"),
        ({"accepted": 11}, "accepted_within_rows_in"),
        ({"quarantined": 11}, "quarantined_within_rows_in"),
        ({"non_data": 11}, "non_data_within_rows_in"),
        ({"as_of": "1999-12-31"}, "as_of_in_range"),
        ({"sha256": "a" * 63}, "sha256_length"),
        ({"scope_code": "623021"}, "scope_code_length"),
    ],
    "fct_reconciliation": [
        ({"only_gpl": -1}, "only_gpl_in_range"),
        ({"only_padis": -1}, "only_padis_in_range"),
        ({"both_equal": -1}, "both_equal_in_range"),
        ({"both_different": -1}, "both_different_in_range"),
        ({"keyless": -1}, "keyless_in_range"),
        ({"keyless": 192}, "keyless_within_rows_total"),
        ({"coverage_estimate": 1.01}, "coverage_estimate_in_range"),
        ({"chapman_total": 79.0}, "chapman_total_covers_both"),
        ({"keyless_share": 1.1}, "keyless_share_in_range"),
    ],
    "fct_integrity_signal": [
        ({"rows": 0}, "rows_in_range"),
        ({"p_value": 0.06}, "p_value_in_range"),
        ({"expected_by_chance": -0.1}, "expected_by_chance_in_range"),
    ],
}
TYPES = {
    "rows": "bigint",
    **dict.fromkeys(("only_gpl", "only_padis", "both_equal", "both_different", "keyless", "rows_total"), "bigint"),
    **dict.fromkeys(("numerator", "denominator", "pending", "rank", "previous_rank"), "bigint"),
    **dict.fromkeys(("rows_in", "accepted", "quarantined", "non_data"), "bigint"),
    **dict.fromkeys(("rank_low", "rank_high", "weight_rank_low", "weight_rank_high", "improvement_rank"), "bigint"),
    **dict.fromkeys(("leave_one_out_rank_low", "leave_one_out_rank_high"), "bigint"),
    **dict.fromkeys(("missed", "cases_to_target", "lost_for_good", "next_rank"), "bigint"),
    **dict.fromkeys(("tier", "score_trend", "change_kind"), "varchar"),
    "as_of": "date",
    "sha256": "varchar",
    "scope_code": "varchar",
}


@pytest.fixture
def publish(tmp_path):
    """Writes the published tables, one row per dict given, and returns the file."""

    def write(rows: dict[str, list[dict]]):
        path = tmp_path / "warehouse.duckdb"
        with duckdb.connect(str(path)) as connection:
            connection.execute("create schema published")
            for table, columns in SOUND.items():
                typed = ", ".join(f"{name} {TYPES.get(name, 'double')}" for name in columns)
                connection.execute(f"create table published.{table} ({typed})")
                for row in rows[table]:
                    marks = ", ".join("?" for _ in row)
                    connection.execute(f"insert into published.{table} values ({marks})", list(row.values()))
        return path

    return write


def test_sound_figures_pass_and_every_expectation_is_heard(publish):
    results = validate_published(publish({table: [row] for table, row in SOUND.items()}))
    assert [result.rule_id for result in results if not result.is_met] == []
    assert len(results) == sum(len(cases) for cases in UNBELIEVABLE.values())


def test_empty_tables_pass(publish):
    assert all(result.is_met for result in validate_published(publish(dict.fromkeys(SOUND, ()))))


def test_each_figure_out_of_range_is_one_failing_row(publish):
    """Each bad row breaks one expectation, and no expectation is broken by another's row."""
    rows = {table: [SOUND[table] | change for change, _ in cases] for table, cases in UNBELIEVABLE.items()}
    results = validate_published(publish(rows))
    expected = {f"{table}_{rule}": table for table, cases in UNBELIEVABLE.items() for _, rule in cases}
    assert {result.rule_id: result.table for result in results} == expected
    verdicts = {result.rule_id: (result.is_met, result.rows_failed) for result in results}
    assert verdicts == dict.fromkeys(expected, (False, 1))


def test_a_result_carries_its_texts(publish):
    results = validate_published(publish({table: [row] for table, row in SOUND.items()}))
    (first, *_) = [rule for suite in load_outgoing() for rule in suite.expectations]
    texts = (first.meta.text_zh, first.meta.text_en)
    assert results[0] == OutgoingResult(first.meta.rule_id, "fct_batch", True, 0, *texts)


def test_a_missing_column_is_an_error_that_names_the_expectation(publish):
    path = publish(dict.fromkeys(SOUND, ()))
    with duckdb.connect(str(path)) as connection:
        connection.execute("alter table published.fct_ranking drop column score")
    with pytest.raises(ExpectationError, match="fct_ranking_score_in_range"):
        validate_published(path)
