"""Chapman's estimate against published examples, its exact expectation and simulated registries."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import hypergeom

from warehouse.statistics.capture_recapture import chapman_total, coverage_estimate

# Hepatitis A in a college in Taiwan, 1995: lists P (135), Q (122) and E (126), 271 distinct cases. Pairwise Chapman
# estimates by Chao, Tsay, Lin, Shau and Chao (2001), Statistics in Medicine 20, 3123-3157 (R package CARE1, data HAV).
HEPATITIS = [(135, 122, 49, 334), (135, 126, 45, 374), (122, 126, 46, 331)]


@pytest.mark.parametrize(("first", "second", "both", "published"), HEPATITIS)
def test_published_estimates(first, second, both, published):
    assert round(float(chapman_total(first, second, both))) == published


def test_it_is_unbiased_when_the_lists_together_reach_the_number_of_all():
    """Chapman (1951): E = N exactly if n1 + n2 >= N, the matches being hypergeometric."""
    for true, first, second in [(10, 6, 4), (50, 30, 40), (300, 290, 285), (1000, 500, 500)]:
        both = np.arange(max(0, first + second - true), min(first, second) + 1)
        chance = hypergeom.pmf(both, true, first, second)
        assert np.sum(chance * chapman_total(first, second, both)) == pytest.approx(true, rel=1e-9)


def test_else_it_falls_short_by_what_chapman_gives():
    """The shortfall is (N - n1)! (N - n2)! / (N! (N - n1 - n2 - 1)!), which exp(-mean matches) bounds."""
    true, first, second = 120, 40, 30
    both = np.arange(0, second + 1)
    mean = np.sum(hypergeom.pmf(both, true, first, second) * chapman_total(first, second, both))
    without = (true - first - second) * np.prod((true - first - np.arange(second)) / (true - np.arange(second)))
    assert true - mean == pytest.approx(without, rel=1e-9)
    assert 0 < true - mean < true * np.exp(-first * second / true)


@pytest.mark.parametrize(("true", "in_first", "in_second"), [(60, 0.9, 0.8), (900, 0.95, 0.9), (900, 0.3, 0.2)])
def test_independent_registries_are_estimated_without_bias(true, in_first, in_second):
    """20,000 simulated counties; the mean within four standard errors of the truth."""
    random = np.random.Generator(np.random.PCG64(4))
    matched, first_only, second_only, _ = random.multinomial(
        true,
        [
            in_first * in_second,
            in_first * (1 - in_second),
            (1 - in_first) * in_second,
            (1 - in_first) * (1 - in_second),
        ],
        size=20_000,
    ).T
    totals = chapman_total(matched + first_only, matched + second_only, matched)
    assert abs(totals.mean() - true) < 4 * totals.std() / np.sqrt(len(totals))


def test_dependent_registries_make_coverage_an_upper_bound():
    """Who is in one is likelier to be in the other: too few are estimated, and the coverage looks too good."""
    random = np.random.Generator(np.random.PCG64(5))
    is_reachable = random.random((2_000, 500)) < 0.8
    first, second = (random.random((2, 2_000, 500)) < np.where(is_reachable, 0.95, 0.2)).astype(bool)
    counts = first.sum(axis=1), second.sum(axis=1), (first & second).sum(axis=1)
    assert chapman_total(*counts).mean() < 480
    assert (coverage_estimate(*counts) >= counts[0] / 500).mean() > 0.99


def test_extremes():
    assert chapman_total([0, 1, 0, 5], [0, 1, 5, 0], [0, 1, 0, 0]).tolist() == [0, 1, 5, 5]
    assert coverage_estimate([1, 5, 5], [1, 0, 5], [1, 0, 5]).tolist() == [1, 1, 1]
    assert np.isnan(coverage_estimate(0, 0, 0))
    assert coverage_estimate(0, 5, 0) == 0


def test_too_few_matches_give_no_estimate():
    assert np.isnan(chapman_total([6, 7, 99], [6, 7, 99], [6, 7, 6], min_both=7)).tolist() == [True, False, True]
    assert np.isnan(coverage_estimate([6, 7], [6, 7], [6, 7], min_both=7)).tolist() == [True, False]


@pytest.mark.parametrize("counts", [(5, 5, 6), (5, 9, 6), (1, 1, -1)])
def test_impossible_counts_are_refused(counts):
    with pytest.raises(ValueError, match="both"):
        chapman_total(*counts)
