"""All that is said of ranks among eleven, three and two siblings against `plain_ranks.py`; in steps and at once."""

from __future__ import annotations

import os
from collections import defaultdict
from datetime import date

import pytest
from facts_fixture import Facts
from plain_ranks import PlainRanks, changes
from wide_county import WideCounty

DRAWS, WEIGHT_DRAWS = 200, 2_000
KEY = "period_kind, period_start, parent_code, division_code"
# What follows from the scores, and nothing before them.
MODELS = [
    *("earlier_period", "pooled_count", "ranked_indicator", "compared_indicator", "rank_interval", "rank_robustness"),
    *("score_comparison", "shrinkable_result", "shrunk_value", "improvement", "expected_score", "ranking"),
    *("score_contribution", "score_change"),
]
TABLES = ("ranking", "shrunk_value", "score_change", "score_comparison")


def build(facts: Facts, threads: int) -> dict[str, list[tuple]]:
    os.environ["SHUANGBAI_THREADS"] = str(threads)
    nodes = facts.project.build(MODELS, ["resource_type:test"])
    assert {node.status for node in nodes} == {"success"}, [(n.name, n.message) for n in nodes if n.status != "success"]
    return {table: facts.rows(f"from assessment.{table} order by all") for table in TABLES}


@pytest.fixture(scope="module")
def county() -> WideCounty:
    return WideCounty(seed=3)


@pytest.fixture(scope="module")
def plain(county) -> PlainRanks:
    return PlainRanks(county.results, county.rankings)


@pytest.fixture(scope="module")
def built(county, tmp_path_factory):
    """The file, and its tables: built at once on one thread, then again from a month on with four."""
    names = ("SHUANGBAI_THREADS", "SHUANGBAI_RANK_DRAWS")
    before = {name: os.environ.get(name) for name in names}
    facts = Facts(tmp_path_factory.mktemp("wide") / "home")
    try:
        os.environ["SHUANGBAI_RANK_DRAWS"] = str(DRAWS)
        facts.rebuild([])
        county.write(facts)
        at_once = build(facts, threads=1)
        facts.rebuild([date(2025, 8, 1)])
        rebuilt = build(facts, threads=4)
    finally:
        for name, value in before.items():
            os.environ.pop(name, None) if value is None else os.environ.update({name: value})
    return facts, at_once, rebuilt


def ranked(built, columns: str) -> dict[tuple, dict[str, tuple]]:
    """By period and parent, then by division."""
    rows = defaultdict(dict)
    for kind, start, parent, division, *values in built[0].rows(
        f"select {KEY}, {columns} from assessment.ranking where rank is not null"
    ):
        rows[kind, start, parent][division] = tuple(values)
    return rows


def test_in_steps_and_with_other_threads_to_the_last_bit(built):
    _, at_once, rebuilt = built
    for table, rows in at_once.items():
        assert rows == rebuilt[table], table


def test_nothing_is_left_behind_in_the_file(built):
    tables = "select table_name from duckdb_tables() where table_name like '%dbt_tmp%'"
    assert built[0].rows(tables) == []


def test_every_interval_chance_and_tier_is_that_of_the_same_draws(built, plain):
    rows, tiers = ranked(built, "rank_low, rank_high, p_top3, p_bottom3, p_front, p_rear, tier"), set()
    assert rows.keys() == plain.groups.keys()
    for group, units in rows.items():
        expected = plain.intervals(group, DRAWS)
        assert units.keys() == expected.keys()
        for division, row in units.items():
            assert row[:2] == expected[division][:2], (group, division)
            assert row[2:6] == pytest.approx(expected[division][2:6], abs=1e-12), (group, division)
            assert row[6] == expected[division][6], (group, division)
            tiers.add(row[6])
    assert tiers == {"front", "middle", "rear", None}


def test_every_clear_change_of_score_is_called_and_no_other(built, plain):
    """With 200 draws at most, either answer is chance's near the threshold."""
    seen = set()
    for group, units in ranked(built, "score_trend").items():
        expected = plain.trends(group)
        for division, (trend,) in units.items():
            assert (trend is None) == (division not in expected), (group, division)
            seen.add(trend)
            if trend is None:
                continue
            direction, *tails = expected[division]
            tail = tails[direction < 0]
            if direction == 0 or tail > 0.1:
                assert trend == "no_clear_change", (group, division)
            if direction and tail < 0.001:
                assert trend == ("improved" if direction > 0 else "worsened"), (group, division)
    assert seen >= {"improved", "worsened", "no_clear_change"}


def test_leaving_one_indicator_out_is_exact(built, plain):
    rows = ranked(built, "leave_one_out_rank_low, leave_one_out_rank_high")
    for group, units in rows.items():
        assert units == plain.leave_one_out(group), group


def test_ranks_by_other_weights_are_those_of_the_same_weights(built, plain):
    rows = ranked(built, "weight_rank_low, weight_rank_high")
    for group in sorted(rows)[::9]:
        assert rows[group] == plain.by_weights(group, WEIGHT_DRAWS), group


def test_every_shrunk_value_is_the_formulas(built, plain):
    rows = defaultdict(dict)
    for kind, start, parent, division, code, value in built[0].rows(
        f"select {KEY}, indicator_code, shrunk_value from assessment.shrunk_value"
    ):
        rows[kind, start, parent][division, code] = value
    for group in plain.groups:
        expected = plain.shrunk(group)
        assert rows[group].keys() == expected.keys()
        for key, value in expected.items():
            assert rows[group][key] == (None if value is None else pytest.approx(float(value), abs=1e-9)), (group, key)


def test_every_improvement_and_its_rank(built, plain):
    found = at_ceiling = 0
    for group, units in ranked(built, "improvement, improvement_rank, is_at_ceiling").items():
        expected = plain.improvements(group)
        values = {unit: float(mean) for unit, (mean, _) in expected.items() if mean is not None}
        for division, (improvement, rank, is_at_ceiling) in units.items():
            assert is_at_ceiling == expected.get(division, (None, False))[1], (group, division)
            at_ceiling += is_at_ceiling
            if division not in values:
                assert (improvement, rank) == (None, None)
                continue
            found += 1
            assert improvement == pytest.approx(values[division], abs=1e-6)
            others = [other for other, _, _ in units.values() if other is not None]
            assert rank == 1 + sum(other > improvement for other in others)
    assert found > 50 and at_ceiling > 5


def test_every_change_of_score_is_its_parts_to_the_last_decimal(built, county):
    rankings = county.rankings
    found = defaultdict(dict)
    for *key, code, kind, now, before, entered, left, change in built[0].rows(
        f"""select {KEY}, indicator_code, change_kind, lost::decimal(12, 6), previous_lost::decimal(12, 6),
                entered, departed, change::decimal(12, 6)
            from assessment.score_change"""
    ):
        found[tuple(key)][code] = (kind, now, before, entered, left, change)
    kinds = set()
    for key, unit in rankings.items():
        earlier = rankings.get((key[0], PlainRanks.previous(*key[:2]), *key[2:]))
        if earlier is None or not unit["contributions"] or not earlier["contributions"]:
            assert key not in found
            continue
        lines, expected = found.pop(key), changes(unit, earlier)
        assert lines.keys() == expected.keys()
        for code, (kind, now, then, entered, left, change) in lines.items():
            kinds.add(kind)
            assert (kind, entered, left) == (expected[code][0], *expected[code][3:])
            for shown, exact in zip((now, then), expected[code][1:3], strict=True):
                assert abs(float(shown) - float(exact)) < 2e-6
            assert change == then - now
        for side, one in ((1, unit), (2, earlier)):
            total = 100 - sum(line[side] for line in lines.values())
            assert abs(float(total) - float(one["score"])) <= 1.1e-6
    assert found == {}
    assert kinds == {"indicator", "mix"}
