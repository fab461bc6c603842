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
    },
    "fct_ranking": {"score": 100.0, "weight_share": 1.0, "rank": 1, "previous_rank": None, "previous_score": None},
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
    ],
    "fct_ranking": [
        ({"score": 100.5}, "score_in_range"),
        ({"weight_share": 1.1}, "weight_share_in_range"),
        ({"rank": 0}, "rank_in_range"),
        ({"previous_rank": 0}, "previous_rank_in_range"),
        ({"previous_score": -1.0}, "previous_score_in_range"),
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
}
TYPES = {
    **dict.fromkeys(("numerator", "denominator", "pending", "rank", "previous_rank"), "bigint"),
    **dict.fromkeys(("rows_in", "accepted", "quarantined", "non_data"), "bigint"),
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
    assert {result.rule_id: (result.is_met, result.rows_failed) for result in results} == {
        rule_id: (False, 1) for rule_id in expected
    }


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
