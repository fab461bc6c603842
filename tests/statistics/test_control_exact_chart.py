"""The exact chart against scipy's beta-binomial law and closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import beta, betabinom, binom

from warehouse.statistics.control_charts import CLEAN_RUN, OUTSIDE
from warehouse.statistics.exact_chart import clean_run_of, exact_chart, smallest_rare_count

TAIL = 0.00135
halves = st.integers(0, 400).map(lambda count: count + 0.5)


def row(*numbers: int) -> np.ndarray:
    return np.array([numbers], dtype=np.int64)


def rare(trials: float, a: float, b: float) -> int:
    return smallest_rare_count([trials], [a], [b], TAIL).item()


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 300), halves, halves)
def test_rare_is_what_scipys_tail_calls_rare(trials, a, b):
    tails = betabinom.sf(np.arange(trials), trials, a, b)
    # Where the tail lies within rounding of the limit, either side is right.
    if np.isclose(tails, TAIL, rtol=1e-9).any():
        return
    assert rare(trials, a, b) == next((y for y in range(1, trials + 1) if tails[y - 1] <= TAIL), trials + 1)


@pytest.mark.parametrize(("trials", "a", "b"), [(1_000_000, 60.5, 5.5), (1_000_000, 0.5, 1_000.5), (9_999, 300.5, 1e7)])
def test_many_cases_are_no_harder(trials, a, b):
    """P(Y >= y) as the mean of binomial tails over quantiles of the rate."""
    rates = beta.ppf((np.arange(200_000) + 0.5) / 200_000, a, b)
    count = rare(trials, a, b)
    assert binom.sf(count - 1, trials, rates).mean() <= TAIL * 1.001
    assert binom.sf(count - 2, trials, rates).mean() >= TAIL * 0.999


def test_the_uniform_prior_makes_every_count_as_likely():
    """BetaBinomial(n, 1, 1) is uniform on 0..n, so P(Y >= y) = (n + 1 - y) / (n + 1)."""
    for trials in (1, 10, 739, 740, 741, 5_000):
        last = trials + 1 - int(TAIL * (trials + 1))
        assert rare(trials, 1, 1) == last


def test_the_tail_is_the_integral_over_the_rate():
    tail, _ = quad(lambda rate: rate * beta.pdf(rate, 0.5, 1_000.5), 0, 1)
    assert tail <= TAIL
    assert rare(1, 0.5, 1_000.5) == 1
    assert rare(1, 0.5, 300.5) == 2


def test_a_run_without_a_miss_has_its_closed_form():
    """P(no miss in R) = B(a, b + R) / B(a, b); with R = 1 that is b / (a + b)."""
    missed, cases = row(1, 2, 0, 0), row(10, 20, 1, 0)
    run, chance = clean_run_of(missed[:, :3], cases[:, :3])
    assert (run.item(), chance.item()) == (1, pytest.approx(27.5 / 31))
    run, chance = clean_run_of(row(3, 2, 0, 0), row(10, 20, 30, 40))
    assert (run.item(), chance.item()) == (70, pytest.approx(betabinom.pmf(0, 70, 5.5, 25.5)))


@pytest.mark.parametrize(("missed", "cases", "run"), [([0, 0], [5, 5], 10), ([0, 1], [5, 5], 0), ([1, 1], [5, 5], 0)])
def test_without_a_run_or_a_month_before_it_nothing_is_surprising(missed, cases, run):
    assert [array.item() for array in clean_run_of(row(*missed), row(*cases))] == [run, 1.0]


@pytest.mark.parametrize(("cases", "misses"), [(1, 0), (1, 1), (20, 0), (20, 1), (20, 3), (200, 4), (200, 20)])
def test_a_month_after_a_perfect_year(cases, misses):
    met, came = row(*[100] * 11, cases - misses), row(*[100] * 11, cases)
    last = exact_chart(met, came, np.array([True]), TAIL)
    is_rare = betabinom.sf(misses - 1, cases, 0.5, 1_100.5) <= TAIL
    assert (last.signal.item(), last.direction.item()) == ((OUTSIDE, -1) if is_rare else (0, 0))
    assert ((cases - misses) / cases < last.lower.item()) == is_rare
    assert (last.centre.item(), last.upper.item()) == (pytest.approx(1_100.5 / 1_101), 1.0)
    assert np.isnan([last.near_lower.item(), last.near_upper.item()]).all()


def test_no_count_may_be_rare_and_then_the_limit_is_zero():
    last = exact_chart(row(2, 2, 0), row(4, 4, 3), np.array([True]), TAIL)
    assert (last.signal.item(), last.lower.item()) == (0, 0)


def test_a_long_clean_run_is_an_improvement_of_flows_and_samples():
    met, cases = row(*[8] * 12, *[10] * 6), row(*[10] * 18)
    chance = betabinom.pmf(0, 60, 24.5, 96.5)
    assert chance <= TAIL
    for has_runs, expected in ((True, (CLEAN_RUN, 1)), (False, (0, 0))):
        last = exact_chart(met, cases, np.array([has_runs]), TAIL)
        assert (last.signal.item(), last.direction.item()) == expected
    shorter = exact_chart(met[:, :14], cases[:, :14], np.array([True]), TAIL)
    assert betabinom.pmf(0, 20, 24.5, 96.5) > TAIL
    assert shorter.signal.item() == 0


@pytest.mark.parametrize(
    ("trials", "a", "b", "tail"), [(-1, 1, 1, 0.1), (1, 0, 1, 0.1), (1, 1, 0, 0.1), (1, 1, 1, 0), (1, 1, 1, 1)]
)
def test_impossible_laws_are_refused(trials, a, b, tail):
    with pytest.raises(ValueError, match="must"):
        smallest_rare_count([trials], [a], [b], tail)
