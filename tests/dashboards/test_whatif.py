"""The what-if: with nothing changed it is the published ranking; with changes, what a plain calculation gives."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards import queries
from dashboards.edition import Edition
from dashboards.whatif import queries as inputs
from dashboards.whatif import recompute

GRADES = [
    {"grade": "excellent", "min_score": 95.0, "is_veto_cap": False},
    {"grade": "good", "min_score": 85.0, "is_veto_cap": True},
    {"grade": "pass", "min_score": 70.0, "is_veto_cap": False},
    {"grade": "below", "min_score": 0.0, "is_veto_cap": False},
]


@pytest.fixture(scope="module")
def edition(published_home) -> Edition:
    return Edition(str((published_home / "editions" / "current" / "shuangbai.duckdb").resolve()))


def test_with_nothing_changed_it_is_the_published_ranking(edition):
    periods = edition.rows("select distinct period_kind, period_start, parent_code from fct_ranking")
    assert {one["period_kind"] for one in periods} == {"month", "quarter", "year_to_date"}
    for period in periods:
        kind, start, parent = period["period_kind"], period["period_start"], period["parent_code"]
        counts = inputs.counts(edition, kind, start, parent)
        tried = recompute.standings(counts, GRADES, {})
        published = queries.league.ranking(edition, "zh", kind, start, parent)
        assert {code: (one.score, one.rank, one.is_assessed) for code, one in tried.items()} == {
            row["division_code"]: (row["score"], row["rank"], row["is_assessed"]) for row in published
        }


def test_the_table_shows_the_rules_in_force(edition):
    rules = {
        row["indicator_code"]: row for row in inputs.rules(edition, "zh", "month", dt.date(2026, 10, 1), "623021000000")
    }
    assert rules["data_update"]["target_value"] == 1
    assert rules["data_update"]["floor_value"] == Decimal("0.8")
    assert rules["satisfaction"]["target_value"] is None


def count(
    division: str, indicator: str, met: int | None, cases: int | None, target="0.98", floor="0.78", **other
) -> dict:
    return {
        "division_code": division, "indicator_code": indicator, "judged_numerator": met, "judged_denominator": cases,
        "target_value": None if target is None else Decimal(target),
        "floor_value": None if floor is None else Decimal(floor), "weight": None if target is None else Decimal(1),
        "min_denominator": 1, "is_withheld": False, "is_vetoed": False,
    } | other  # fmt: skip


COUNTS = [
    count("a", "x", 45, 50),  # .90: (.90 - .78) / .20 = .6
    count("a", "y", 49, 50),  # reached, exactly
    count("b", "x", 49, 50),
    count("b", "y", 44, 50),  # .88: .5
]


class TestByHand:
    def test_as_it_stands(self):
        found = recompute.standings(COUNTS, GRADES, {})
        assert (found["a"].score, found["a"].rank, found["a"].grade) == (80.0, 1, "pass")
        assert (found["b"].score, found["b"].rank, found["b"].grade) == (75.0, 2, "pass")

    def test_another_weight_turns_the_order(self):
        found = recompute.standings(COUNTS, GRADES, {("x", "weight"): Decimal(3)})
        assert (found["a"].score, found["b"].score) == (70.0, 87.5)  # (3 * .6 + 1) / 4, (3 + .5) / 4
        assert (found["a"].rank, found["b"].rank) == (2, 1)
        assert found["b"].grade == "good"

    def test_another_target_and_floor(self):
        changes = {("x", "target"): Decimal("0.90"), ("y", "floor"): Decimal("0.68")}
        found = recompute.standings(COUNTS, GRADES, changes)
        assert found["a"].score == 100.0
        assert found["b"].score == pytest.approx(100 * (1 + 0.2 / 0.3) / 2, abs=1e-6)

    def test_a_weight_of_nothing_leaves_an_indicator_out(self):
        found = recompute.standings(COUNTS, GRADES, {("y", "weight"): Decimal(0)})
        assert (found["a"].score, found["b"].score) == (60.0, 100.0)
        assert set(found["a"].parts) == {"x"}

    def test_a_target_where_there_was_none_brings_it_in_twenty_points_above_its_floor(self):
        rows = [*COUNTS[:2], count("a", "z", 8, 10, None, None)]
        assert recompute.standings(rows, GRADES, {})["a"].score == 80.0
        found = recompute.standings(rows, GRADES, {("z", "target"): Decimal("0.9")})
        assert found["a"].score == pytest.approx(100 * (0.6 + 1 + 0.5) / 3, abs=1e-6)

    def test_a_floor_at_or_above_the_target_gives_way(self):
        found = recompute.standings(COUNTS, GRADES, {("x", "floor"): Decimal("0.99")})
        assert found["a"].score == 80.0

    def test_equal_scores_share_a_rank_and_the_next_is_left_out(self):
        rows = [count(code, "x", met, 50) for code, met in (("a", 49), ("b", 50), ("c", 40))]
        assert [one.rank for one in recompute.standings(rows, GRADES, {}).values()] == [1, 1, 3]

    def test_the_vetoed_stands_last_and_is_good_at_most(self):
        rows = [count("a", "x", 50, 50, is_vetoed=True), count("b", "x", 40, 50)]
        found = recompute.standings(rows, GRADES, {})
        assert (found["a"].rank, found["a"].grade, found["b"].rank) == (2, "good", 1)

    def test_too_little_assessed_is_not_ranked(self):
        rows = [
            count("a", "x", 50, 50),
            count("a", "y", None, None),
            count("a", "z", None, None),
            count("b", "x", 40, 50),
        ]
        found = recompute.standings(rows, GRADES, {})
        assert (found["a"].is_assessed, found["a"].rank, found["a"].grade) == (False, None, None)
        assert found["b"].rank == 1

    def test_what_is_withheld_counts_as_nothing(self):
        rows = [count("a", "x", 50, 50), count("a", "y", None, None, is_withheld=True)]
        found = recompute.standings(rows, GRADES, {})["a"]
        assert (found.score, found.is_assessed, found.parts["y"]) == (50.0, True, 0)

    def test_too_few_cases_count_for_neither_side(self):
        rows = [count("a", "x", 45, 50), count("a", "y", 0, 4, min_denominator=5)]
        assert recompute.standings(rows, GRADES, {})["a"].score == 60.0


SHARES = st.decimals(Decimal("0.01"), 1, places=4)


@given(st.integers(0, 200), st.integers(1, 200), SHARES, SHARES)
def test_attainment_is_a_share_and_full_only_where_the_target_is_reached(met, cases, target, floor):
    met, floor = min(met, cases), min(floor, target - Decimal("0.01"))
    share = recompute.attainment(met, cases, target, floor)
    assert 0 <= share <= 1
    assert (share == 1) == (Decimal(met) >= target * cases)


CHANGES = st.dictionaries(st.tuples(st.sampled_from(["x", "y"]), st.sampled_from(recompute.FIELDS)), SHARES, max_size=6)


@given(CHANGES)
def test_what_is_written_to_the_address_is_read_back(changes):
    assert recompute.read(recompute.written(changes), ["x", "y"]) == changes


@given(CHANGES)
def test_the_parts_are_the_score(changes):
    for one in recompute.standings(COUNTS, GRADES, changes).values():
        if one.score is not None:
            assert sum(one.parts.values()) == pytest.approx(one.score, abs=1e-6)


@pytest.mark.parametrize(
    "said",
    [None, "", "x", "x.target", "x.target~", "x.target~2", "x.floor~-1", "x.weight~nan", "x.speed~1", "q.target~.5"],
)
def test_what_is_not_understood_in_the_address_is_passed_over(said):
    assert recompute.read(said, ["x", "y"]) == {}
