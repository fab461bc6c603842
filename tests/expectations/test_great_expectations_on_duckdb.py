"""The shim between Great Expectations and DuckDB: needed as long as the first test passes."""

from __future__ import annotations

import duckdb
import pytest

from expectations import duckdb_dialect
from expectations.validation import ExpectationError, reading


@pytest.fixture
def warehouse(tmp_path):
    """A file whose path Great Expectations, URLs and SQL would each like to read in their own way."""
    folder = tmp_path / "双 百's $HOME %20 #1 {x}"
    folder.mkdir()
    path = folder / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema quality")
        connection.execute("create table quality.letter as select * from (values ('a'), ('bb'), ('b{2}')) t(word)")
    return path


def rows_where(condition: str) -> dict:
    return {
        "type": "unexpected_rows_expectation",
        "kwargs": {"unexpected_rows_query": f"select * from {{batch}} where {condition}"},
        "meta": {"rule_id": "a_rule"},
    }


def test_the_shim_is_still_needed(warehouse, monkeypatch):
    """If this fails, Great Expectations reads DuckDB by itself: remove `duckdb_dialect.py` and use `duckdb://`."""
    monkeypatch.setattr(duckdb_dialect, "READING_URL", "duckdb://")
    with (
        pytest.raises(ExpectationError, match=r"list index out of range|not subscriptable"),
        reading(warehouse) as validate,
    ):
        validate("quality", "letter", [rows_where("word = 'a'")])


def test_each_expectation_is_observed_in_its_order(warehouse):
    with reading(warehouse) as validate:
        seen = validate("quality", "letter", [rows_where("word = 'a'"), rows_where("false"), rows_where("true")])
    assert [(one.success, one.unexpected) for one in seen] == [(False, 1), (True, 0), (False, 3)]


def test_doubled_braces_reach_the_query_as_braces(warehouse):
    with reading(warehouse) as validate:
        quantifier, literal = validate(
            "quality", "letter", [rows_where("regexp_full_match(word, 'b{{2}}')"), rows_where("word = 'b{{2}}'")]
        )
    assert (quantifier.unexpected, literal.unexpected) == (1, 1)


def test_a_built_in_expectation_counts_rows_too(warehouse):
    lengths = {
        "type": "expect_column_value_lengths_to_equal",
        "kwargs": {"column": "word", "value": 2},
        "meta": {"rule_id": "two"},
    }
    with reading(warehouse) as validate:
        (seen,) = validate("quality", "letter", [lengths])
    assert (seen.success, seen.unexpected) == (False, 2)


@pytest.mark.parametrize(
    "condition", ["no_such_column = 1", "word = = 1", "word = '{unknown}'", "cast(word as integer) = 1"]
)
def test_a_broken_rule_is_an_error_that_names_it(warehouse, condition):
    with reading(warehouse) as validate, pytest.raises(ExpectationError, match=r"a_rule on quality\.letter"):
        validate("quality", "letter", [rows_where("true"), rows_where(condition)])


def test_afterwards_the_file_is_free_for_a_writer(warehouse):
    with reading(warehouse) as validate:
        validate("quality", "letter", [rows_where("true")])
    with duckdb.connect(str(warehouse), config={"threads": 1}) as connection:
        connection.execute("create table written (i integer)")


def test_reading_cannot_write(warehouse):
    with reading(warehouse) as validate, pytest.raises(ExpectationError):
        validate("quality", "letter", [rows_where("true); drop table quality.letter; select (1")])
    with duckdb.connect(str(warehouse)) as connection:
        assert connection.execute("select count(*) from quality.letter").fetchone() == (3,)
