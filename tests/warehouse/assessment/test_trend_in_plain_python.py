"""The built trends against `plain_trends.py`, row by row and both ways; and what stays when later months land."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass

import pytest
from facts_fixture import Facts
from plain_trends import PlainTrends
from trend_county import MONTHS, RULES, TrendCounty

BUILT = ["assessment.trends", "fct_trend_point", "fct_outlook", "fct_funnel", "fct_slow_progress"]
BUILT += ["dim_rebase", "dim_false_alarm", "dim_slow_progress_rule"]
SEEDS = ["indicators", "rebases", "false_alarms", "slow_progress_rules"]
FIRST, SECOND = MONTHS[:30], MONTHS[:38]


@dataclass(frozen=True)
class Trends:
    """The county, its fully built file, and what was published after each of three steps and at once."""

    county: TrendCounty
    facts: Facts
    steps: list[dict[str, list[tuple]]]
    at_once: dict[str, list[tuple]]


def build(facts: Facts) -> dict[str, list[tuple]]:
    nodes = facts.project.build(BUILT)
    assert [(node.name, node.message) for node in nodes if node.status not in ("success", "pass")] == []
    return facts.published()


@pytest.fixture(scope="module")
def trends(tmp_path_factory: pytest.TempPathFactory) -> Trends:
    root = tmp_path_factory.mktemp("trends")
    county = TrendCounty(seed=1)
    county.write_seeds(root / "seeds")
    before = {name: os.environ.get(name) for name in ("SHUANGBAI_SEEDS", "SHUANGBAI_THREADS")}
    try:
        os.environ |= {"SHUANGBAI_SEEDS": str(root / "seeds"), "SHUANGBAI_THREADS": "1"}
        facts = Facts(root / "home")
        steps = []
        facts.project.build(SEEDS)
        for months, new in ((FIRST, FIRST), (SECOND, SECOND[30:]), (MONTHS, MONTHS[36:])):
            county.land(facts, new)
            facts.rebuild(new)
            steps.append(build(facts))
            assert months[-1] == new[-1]
        os.environ["SHUANGBAI_THREADS"] = "4"
        facts.start_over([])
        facts.project.build(SEEDS)
        county.land(facts, MONTHS)
        at_once = build(facts)
    finally:
        for name, value in before.items():
            os.environ.pop(name, None) if value is None else os.environ.update({name: value})
    return Trends(county, facts, steps, at_once)


@pytest.fixture(scope="module")
def plain(trends) -> PlainTrends:
    return PlainTrends(trends.county, MONTHS)


@pytest.fixture(scope="module")
def points(plain) -> dict[tuple, dict]:
    return plain.points


def read(trends: Trends, table: str, key: int, columns: str) -> dict[tuple, dict]:
    names = columns.split()
    rows = trends.facts.rows(f"select {', '.join(names)} from published.{table}")
    return {row[:key]: dict(zip(names[key:], row[key:], strict=True)) for row in rows}


def test_the_dice_reach_every_corner(points):
    assert {point["chart"] for point in points.values()} == {"p_prime", "exact", "xmr"}
    signals = {(point["chart"], point["signal"], point["signal_kind"]) for point in points.values()}
    for chart in ("p_prime", "xmr"):
        assert {signal for kind, signal, _ in signals if kind == chart} >= {"outside", "shift", "two_of_three", None}
    assert {signal for _, signal, _ in signals} == {"outside", "trend", "two_of_three", "shift", "clean_run", None}
    assert {(chart, kind) for chart, _, kind in signals} >= {
        (chart, kind) for chart in ("p_prime", "exact", "xmr") for kind in ("improvement", "concern")
    }
    assert {point["window_months"] for point in points.values()} == set(range(12, 25))
    assert len({point["rebased_on"] for point in points.values()}) > 2


def test_every_point_is_the_same(trends, points):
    names = (
        "centre lower upper near_lower near_upper chart signal signal_kind cases_since_miss window_months rebased_on"
    )
    built = read(trends, "fct_trend_point", 3, f"division_code indicator_code period_start {names}")
    assert built.keys() == points.keys()
    for key, point in points.items():
        assert built[key] == pytest.approx(point, abs=1e-9), key


def test_a_point_shows_its_own_month(trends, plain):
    built = read(
        trends, "fct_trend_point", 3, "division_code indicator_code period_start value numerator denominator chart"
    )
    for (division, code, month), point in built.items():
        met, cases = plain.series[division, code][month]
        assert point["value"] == float(met) / cases
        assert (point["numerator"], point["denominator"]) == ((None, None) if code == "score" else (met, cases))


def test_every_outlook_is_the_same(trends, plain):
    expected = plain.outlooks()
    names = list(next(iter(expected.values())))
    built = read(trends, "fct_outlook", 2, f"division_code indicator_code {' '.join(names)}")
    assert built.keys() == expected.keys()
    assert {outlook["capability"] for outlook in expected.values()} >= {"reliable", "unlikely", "hit_or_miss"}
    for key, outlook in expected.items():
        assert built[key] == pytest.approx(outlook, abs=1e-9), key


def test_every_funnel_is_the_same(trends, plain):
    expected = plain.funnels()
    limits = "centre low_95 high_95 low_998 high_998"
    state = "units units_outside is_overdispersed"
    key_columns = "period_start parent_code indicator_code centre_kind denominator"
    built = read(trends, "fct_funnel", 5, f"{key_columns} {limits} {state} between_variance")
    assert built.keys() == expected.keys()
    assert {funnel["state"][2] for funnel in expected.values()} == {True, False}
    for key, funnel in expected.items():
        row = built[key]
        assert [row[name] for name in limits.split()] == pytest.approx(funnel["limits"], abs=1e-9), key
        assert [row[name] for name in state.split()] == funnel["state"], key
        assert row["between_variance"] == pytest.approx(funnel["between_variance"], abs=1e-12), key


def test_slow_progress_is_the_same_and_shows_its_months(trends, plain):
    expected = plain.slow_progress()
    states = "scope is_common townships_listed townships_ranked county_rate"
    built = read(
        trends,
        "fct_slow_progress",
        4,
        f"period_start division_code indicator_code rule_id months_missed months_counted evidence {states}",
    )
    assert built.keys() == expected.keys()
    assert {key[3] for key in expected} == {rule["rule_id"] for rule in RULES}
    kinds = {(slow["scope"], slow["is_common"]) for slow in expected.values()}
    assert kinds == {("township", False), ("township", True), ("county", True)}
    for key, slow in expected.items():
        _, division, code, _ = key
        entry = built[key]
        rows = [plain.months[division, code, m] for m in slow["months"]]
        missed = sum(
            plain._is_missed(row) if slow["scope"] == "township" else row["is_reached"] is False for row in rows
        )
        assert (entry["months_counted"], entry["months_missed"]) == (len(rows), missed)
        assert {name: entry[name] for name in states.split()} == {name: slow[name] for name in states.split()}
        assert json.loads(entry["evidence"]) == [
            {
                "period_start": row["period_start"].isoformat(),
                "numerator": row["numerator"],
                "denominator": row["denominator"],
                "target_value": float(row["target_value"]),
                "is_reached": row["is_reached"],
                "ci_high": row["ci_high"],
                "tolerance_value": 0.98,
                "is_serious": row["is_serious"],
            }
            for row in rows
        ]


def test_improvement_excuses(plain):
    """Some township would be listed but for an improvement on its chart: else the dice test nothing of it."""
    strict = plain.slow_by_rule()
    RULES[0]["requires_no_improvement"] = False
    try:
        assert len(plain.slow_by_rule()) > len(strict)
    finally:
        RULES[0]["requires_no_improvement"] = True


def test_a_later_month_rewrites_nothing(trends):
    """What each step published of months that the next did not rebuild stands, to the last bit; so does the end."""
    for (earlier, later), first_new in zip(zip(trends.steps, trends.steps[1:], strict=False), (30, 36), strict=True):
        for table, month_column in (("fct_trend_point", 2), ("fct_funnel", 0), ("fct_slow_progress", 0)):
            kept = [row for row in earlier[table] if row[month_column] < MONTHS[first_new]]
            assert kept == [row for row in later[table] if row[month_column] < MONTHS[first_new]]
            assert kept


def test_even_rebuilt_months_come_out_as_they_were(trends):
    """Months 36 and 37 were built twice, the second time with two later ones beside them."""
    points = [[row for row in step["fct_trend_point"] if row[2] <= MONTHS[37]] for step in trends.steps[1:]]
    assert points[0] == points[1]


def test_step_by_step_is_at_once_to_the_last_bit(trends):
    assert trends.steps[-1].keys() == trends.at_once.keys()
    for table, rows in trends.at_once.items():
        assert trends.steps[-1][table] == rows, table
