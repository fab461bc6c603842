"""Which chart a series gets, from which months, and how often chance alone makes it signal."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warehouse.statistics.charting import EXACT, P_PRIME, XMR, ChartRules, charted_month

RULES = ChartRules(min_months=12, max_months=24, min_misses=5, tail=0.00135)
FALSE_ALARMS = Path(__file__).resolve().parents[2] / "seeds" / "false_alarms.csv"
MILLION = 1_000_000


def charted(met, cases, first_column=0, is_score=False, has_runs=True):
    """The charts of the last month of series of up to 24 months."""
    met, cases = np.atleast_2d(met), np.atleast_2d(cases)
    before = ((0, 0), (24 - cases.shape[1], 0))
    every = [np.full(len(cases), value) for value in (first_column, is_score, has_runs)]
    return charted_month(np.pad(met, before), np.pad(cases, before), *every, RULES)


def shown(month) -> dict[str, float]:
    """The one charted series as names and numbers."""
    last = {name: values.item() for name, values in vars(month.last).items()}
    return last | {"chart": month.chart.item(), "months": month.months.item(), "run": month.cases_since_miss.item()}


def test_a_chart_needs_twelve_months_with_a_case_and_one_of_them_now():
    cases = [100] * 12
    assert charted([95] * 12, cases).months.tolist() == [12]
    assert charted([95] * 11, cases[1:]).series.size == 0
    assert charted([95] * 11 + [0], [*cases[1:], 0]).series.size == 0
    assert charted([95] * 5 + [0] * 3 + [95] * 7, [100] * 5 + [0] * 3 + [100] * 7).months.tolist() == [12]


def test_months_before_a_rebase_do_not_exist():
    dice = np.random.default_rng(2)
    met, cases = dice.binomial(200, 0.9, 24), np.full(24, 200)
    for first in (-30, 0, 1, 7, 12):
        from_there = charted(met[max(first, 0) :], cases[max(first, 0) :])
        assert shown(charted(met, cases, first_column=first)) == pytest.approx(shown(from_there), nan_ok=True)
    assert charted(met, cases, first_column=13).series.size == 0


def test_misses_decide_the_chart():
    """The mean of n (1 - pbar) over the months is the misses a month; 60 in 12 months are enough, 59 are not."""
    for misses, kind in ((60, P_PRIME), (59, EXACT), (0, EXACT)):
        met = np.full(12, 100) - np.r_[misses // 12 + misses % 12, np.full(11, misses // 12)]
        assert charted(met, [100] * 12).chart.tolist() == [kind]
    assert charted([0] * 12, [100] * 12).chart.tolist() == [EXACT]
    assert charted([95 * MILLION] * 12, [MILLION] * 12, is_score=True).chart.tolist() == [XMR]


@pytest.mark.parametrize(("met", "cases"), [(1, 1), (0, 1), (10**6, 10**6), (0, 10**6), (10**6 - 1, 10**6)])
def test_months_that_are_all_alike_signal_nothing(met, cases):
    for months in (12, 24):
        month = shown(charted([met] * months, [cases] * months))
        assert month["signal"] == month["direction"] == 0
        assert 0 <= month["lower"] <= month["upper"] <= 1
        assert month["run"] == (months * cases if met == cases else 0)


def test_a_score_comes_back_in_points():
    scores = np.rint(np.array([97.3, 96.1] * 6) * MILLION).astype(np.int64)
    month = shown(charted(scores, [MILLION] * 12, is_score=True))
    assert month["centre"] == pytest.approx(96.7)
    assert month["upper"] == pytest.approx(96.7 + 2.66 * 1.2)
    assert month["near_lower"] == pytest.approx(96.7 - 1.7733 * 1.2)


counts = st.integers(0, 300).flatmap(lambda cases: st.tuples(st.integers(0, cases), st.just(cases)))


@settings(max_examples=100, deadline=None)
@given(st.lists(counts, min_size=24, max_size=48), st.booleans())
def test_each_series_is_charted_as_if_alone_whatever_comes_with_it(months, has_runs):
    """Two windows of one history in one call are the windows in two: what a month said stands, whenever it is asked."""
    met, cases = np.array(months).T
    windows = [slice(0, 24), slice(len(met) - 24, len(met))]
    both = charted(*(np.stack([array[window] for window in windows]) for array in (met, cases)), has_runs=has_runs)
    for place, series in enumerate(both.series):
        alone = charted(met[windows[series]], cases[windows[series]], has_runs=has_runs)
        assert alone.chart.item() == both.chart[place]
        for name, values in vars(both.last).items():
            np.testing.assert_array_equal(values[place], vars(alone.last)[name].item())


def test_a_window_has_its_months():
    with pytest.raises(ValueError, match="24 months"):
        charted_month(*np.ones((2, 1, 23), dtype=np.int64), *np.zeros((3, 1), dtype=np.int64), RULES)


def stated() -> dict[tuple[str, str, int], float]:
    with FALSE_ALARMS.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return {(row["chart"], row["measure_kind"], int(row["months"])): float(row["rate"]) for row in rows}


def alarm_rate(month) -> tuple[float, float]:
    """Share of series that signal, and its standard error."""
    rate = (month.last.signal != 0).mean()
    return rate, (rate / len(month.series)) ** 0.5


SERIES = 20_000


@pytest.mark.parametrize("months", [12, 24])
@pytest.mark.parametrize("measure_kind", ["flow", "stock"])
def test_p_prime_charts_of_a_steady_rate_signal_as_often_as_stated(months, measure_kind):
    dice = np.random.default_rng(months)
    cases = dice.poisson(300, (SERIES, months))
    month = charted(dice.binomial(cases, 0.97), cases, has_runs=measure_kind == "flow")
    rate, error = alarm_rate(month)
    claim = stated().get(("p_prime", measure_kind, months)) or stated()["p_prime", measure_kind, 24]
    assert (month.chart == P_PRIME).all()
    assert claim / 3 - 4 * error <= rate <= claim + 4 * error


@pytest.mark.parametrize("months", [12, 24])
@pytest.mark.parametrize(("size", "rate"), [(100, 0.98), (20, 0.98), (20, 0.9), (5, 0.99)])
def test_exact_charts_of_a_steady_rate_signal_no_more_often_than_stated(months, size, rate):
    dice = np.random.default_rng(size)
    cases = dice.poisson(size, (SERIES, months)) + 1
    month = charted(dice.binomial(cases, rate), cases)
    observed, error = alarm_rate(month)
    assert (month.chart == EXACT).mean() > 0.99
    assert observed <= stated()["exact", "flow", 24] + 4 * error


@pytest.mark.parametrize("months", [12, 24])
def test_scores_of_good_townships_signal_as_often_as_stated(months):
    """The mean attainment of 18 indicators that stand at 98 to 100 % and have targets of 95, 98 and 100 %."""
    dice = np.random.default_rng(months)
    points = np.zeros((SERIES, months))
    for target in (0.95, 0.98, 1.0) * 6:
        cases = dice.poisson(dice.choice([20, 100, 300]), (SERIES, months)) + 1
        share = dice.binomial(cases, dice.uniform(0.98, 1, (SERIES, 1))) / cases
        points += np.where(share >= target, 1, np.maximum(0, (share - target + 0.2) / 0.2)) * 100 / 18
    scores = np.rint(points * MILLION).astype(np.int64)
    rate, error = alarm_rate(charted(scores, np.full_like(scores, MILLION), is_score=True))
    claim = stated()["xmr", "score", months]
    assert claim / 2 - 4 * error <= rate <= claim + 4 * error
