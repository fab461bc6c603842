"""The empirical-Bayes rate against another form of it in fractions, a published example and simulation."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.statistics.shrinkage import shrunk_rates

ALL = np.array([0])
counts = st.lists(
    st.integers(1, 400).flatmap(lambda cases: st.tuples(st.integers(0, cases), st.just(cases))), min_size=1, max_size=12
)


def kleinman(units: list[tuple[int, int]]) -> list[float]:
    """Kleinman (1973), equations for weights w = n: gamma = 1 / (alpha + beta + 1), then the beta posterior's mean.

    gamma = [S - m q sum w (1 - w/W) / n] / [m q (sum w (1 - w/W) - sum w (1 - w/W) / n)], in exact fractions.
    """
    total = sum(n for _, n in units)
    m = Fraction(sum(x for x, _ in units), total)
    chance = m * (1 - m)
    scatter = sum(n * (Fraction(x, n) - m) ** 2 for x, n in units)
    by_case = sum(1 - Fraction(n, total) for _, n in units)
    by_unit = sum(n * (1 - Fraction(n, total)) for _, n in units)
    if not chance or by_unit == by_case or scatter <= chance * by_case:
        return [float(m)] * len(units)
    gamma = (scatter - chance * by_case) / (chance * (by_unit - by_case))
    prior = min(max(1 / gamma - 1, Fraction(1)), Fraction(total))
    return [float((x + prior * m) / (n + prior)) for x, n in units]


@given(counts)
def test_it_is_kleinmans_estimate(units):
    met, cases = np.array(units).T
    assert shrunk_rates(met, cases, ALL, 1) == pytest.approx(kleinman(units), abs=1e-9)


def test_efron_and_morris_players():
    """Hits of 18 players in their first 45 at bats of 1970: Efron and Morris, Scientific American 236 (1977), 119-127.

    They print a shrinking factor of .212 = 1 - (J - 3) / ((J - 1) F) for F, the scatter over that of chance. With as
    many cases in each group, the moment estimate's factor is n / (n - 1) (1 - 1 / F): the same F must come out of it.
    """
    hits = np.array([18, 17, 16, 15, 14, 14, 13, 12, 11, 11, 10, 10, 10, 10, 10, 9, 8, 7])
    shrunk = shrunk_rates(hits, np.full(18, 45), ALL, 3)
    mean = hits.sum() / (18 * 45)
    assert mean == pytest.approx(0.265, abs=0.0005)
    factors = (shrunk - mean) / (hits / 45 - mean)
    expected = 45 / 44 * (1 - (1 - 0.212) * 17 / 15)
    assert factors == pytest.approx(np.full(18, expected), abs=45 / 44 * 17 / 15 * 0.0006)


def test_it_finds_what_beta_binomial_units_were_drawn_from_and_errs_less_than_the_raw_rate():
    rng = np.random.default_rng(8)
    rates = rng.beta(0.95 * 60, 0.05 * 60, 4_000)
    cases = rng.integers(5, 80, 4_000)
    met = rng.binomial(cases, rates)
    shrunk = shrunk_rates(met, cases, ALL, 3)
    mean = met.sum() / cases.sum()
    # shrunk - m = (p - m) n / (n + K): K from any unit off the mean.
    off = np.flatnonzero(abs(met / cases - mean) > 0.02)
    prior = cases[off] * ((met / cases - mean)[off] / (shrunk - mean)[off] - 1)
    assert prior == pytest.approx(np.full(len(off), prior[0]))
    assert prior[0] == pytest.approx(60, rel=0.15)
    best = ((met + 57) / (cases + 60) - rates) ** 2
    assert ((shrunk - rates) ** 2).mean() < 1.02 * best.mean() < 0.5 * ((met / cases - rates) ** 2).mean()


@given(st.lists(counts, min_size=1, max_size=4), st.integers(1, 5))
def test_groups_do_not_touch_and_small_ones_have_no_estimate(groups, least):
    met, cases = np.array([count for group in groups for count in group]).T
    starts = np.cumsum([0, *(len(group) for group in groups)])[:-1]
    together = shrunk_rates(met, cases, starts, least)
    for start, group in zip(starts, groups, strict=True):
        alone = shrunk_rates(*np.array(group).T, ALL, least)
        np.testing.assert_allclose(together[start : start + len(group)], alone, rtol=1e-12)
        assert np.isnan(alone).all() == (len(group) < least)


@given(counts)
def test_it_lies_between_the_rate_and_the_mean_and_keeps_the_order_of_equal_sizes(units):
    met, cases = np.array(units).T
    shrunk, mean = shrunk_rates(met, cases, ALL, 1), met.sum() / cases.sum()
    low, high = np.minimum(met / cases, mean), np.maximum(met / cases, mean)
    assert ((shrunk >= low - 1e-12) & (shrunk <= high + 1e-12)).all()
    for first in range(len(met)):
        for second in range(len(met)):
            if cases[first] == cases[second] and met[first] <= met[second]:
                assert shrunk[first] <= shrunk[second] + 1e-12


@pytest.mark.parametrize(
    ("met", "cases", "expected"),
    [
        ([20, 200, 2_000], [20, 200, 2_000], 1.0),
        ([0, 0, 0], [1, 50, 900], 0.0),
        ([1, 0, 1, 1], [1, 1, 1, 1], 0.75),
        ([98, 98, 98], [100, 100, 100], 0.98),
        ([970, 971, 969], [1_000, 1_000, 1_000], 0.97),
    ],
)
def test_where_chance_explains_all_of_it_everybody_has_the_mean(met, cases, expected):
    """All perfect, none met, single cases that tell nothing of their spread, identical units, less than chance."""
    assert shrunk_rates(met, cases, ALL, 3) == pytest.approx(np.full(len(met), expected))


def test_the_prior_weighs_at_least_one_case():
    """Units as different as can be: K would be 0, and is 1."""
    assert shrunk_rates([100, 0, 100, 0], [100] * 4, ALL, 3) == pytest.approx([100.5 / 101, 0.5 / 101] * 2)


def test_nothing_in_nothing_out():
    assert shrunk_rates([], [], np.array([], dtype=int), 3).shape == (0,)


@pytest.mark.parametrize("counts", [([1], [0]), ([2], [1]), ([-1], [1]), ([np.nan], [1])])
def test_impossible_counts_are_refused(counts):
    with pytest.raises(ValueError, match="counts must"):
        shrunk_rates(*counts, ALL, 1)
