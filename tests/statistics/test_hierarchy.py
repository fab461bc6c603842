"""How much units differ: the laws against scipy's beta-binomial, worked examples, and counties whose law is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import betabinom

from warehouse.statistics.hierarchy import PERFECT, PERFECT_LIKELY, fit
from warehouse.statistics.streams import generator

COUNTS = [(48, 50), (10, 10), (300, 310), (7, 7), (90, 100)]


def of_one(units, min_units=3):
    met, cases = np.array(units).T
    return fit(met, cases, np.zeros(len(units), dtype=int), 5, min_units)


def weight_and_mean(laws):
    return laws.a + laws.b, laws.a / (laws.a + laws.b)


@pytest.mark.parametrize(("units", "mean"), [([(19, 20), (78, 79)], 97.5 / 100), ([(0, 1)], 0.25), ([(1, 1)], 0.75)])
def test_of_two_siblings_only_the_pooled_rate_speaks_with_five_cases(units, mean):
    laws = of_one(units)
    assert laws.likely.max() == 1
    weight, share = weight_and_mean(laws)
    chosen = laws.likely.argmax()
    assert (weight[0, chosen], share[0, chosen]) == pytest.approx((5, mean))
    assert (laws.perfect[:, chosen] == 0).all()


def test_a_law_is_as_likely_as_the_counts_under_it():
    """Between laws of the same weight and mean of the whole, so that nothing but the counts and the spike differ."""
    laws, (met, cases) = of_one(COUNTS), np.array(COUNTS).T
    plain = betabinom.pmf(met[:, np.newaxis], cases[:, np.newaxis], laws.a, laws.b)
    spikes = np.tile(PERFECT, laws.a.shape[1] // len(PERFECT))
    chances = (1 - spikes) * plain + spikes * (met == cases)[:, np.newaxis]
    evidence = np.prod(chances, axis=0).reshape(-1, len(PERFECT)) * PERFECT_LIKELY
    likely = laws.likely.reshape(-1, len(PERFECT))
    assert likely / likely[:, :1] == pytest.approx(evidence / evidence[:, :1])
    assert laws.likely.sum() == pytest.approx(1)
    expected = np.where((met == cases)[:, np.newaxis], spikes, 0) / chances
    assert laws.perfect == pytest.approx(expected)


def test_the_draws_follow_the_chances():
    laws = of_one(COUNTS)
    cell = laws.draw(generator("cells"), 40_000)[0]
    shares = np.bincount(cell, minlength=laws.likely.shape[1]) / 40_000
    assert abs(shares - laws.likely[0]).max() < 4 * 0.5 / 200


def known_county(rng, units, weight, mean=0.97, cases=200):
    rates = np.full(units, mean) if weight is None else rng.beta(weight * mean, weight * (1 - mean), units)
    return np.stack([rng.binomial(cases, rates), np.full(units, cases)], axis=1)


@pytest.mark.parametrize(("weight", "low", "high"), [(20, 8, 60), (150, 50, 600), (None, 1_000, 20_000)])
def test_the_weight_is_that_of_the_county_it_came_from(weight, low, high):
    """Of 60 units, by the chances' median; units that do not differ at all speak with the county's rate alone."""
    laws = of_one(known_county(np.random.default_rng(8), 60, weight))
    order = np.argsort((laws.a + laws.b)[0], kind="stable")
    median = (laws.a + laws.b)[0][order][np.searchsorted(np.cumsum(laws.likely[0][order]), 0.5)]
    assert low <= median <= high


def test_units_that_never_miss_are_found_where_there_are_some():
    rng = np.random.default_rng(2)
    rates = np.where(np.arange(40) < 24, 1.0, rng.uniform(0.9, 0.97, 40))
    met = rng.binomial(200, rates)
    laws = of_one(np.stack([met, np.full(40, 200)], axis=1))
    spike = (np.tile(PERFECT, laws.a.shape[1] // len(PERFECT)) * laws.likely[0]).sum()
    assert spike > 0.5
    plain = of_one(known_county(rng, 40, 100))
    assert (np.tile(PERFECT, plain.a.shape[1] // len(PERFECT)) * plain.likely[0]).sum() < 0.1


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 5_000), st.integers(0, 5_000)), min_size=1, max_size=30))
def test_every_law_is_proper_whatever_the_counts(pairs):
    indicator, met, missed = np.array(pairs).T
    indicator = np.unique(indicator, return_inverse=True)[1]
    laws = fit(met, met + missed, indicator, 5, 3)
    assert (laws.a > 0).all() and (laws.b > 0).all()
    assert np.isfinite(laws.likely).all() and laws.likely.sum(axis=1) == pytest.approx(1)
    assert ((laws.perfect >= 0) & (laws.perfect <= 1)).all()
    assert (laws.perfect[missed > 0] == 0).all()


@pytest.mark.parametrize("counts", [(-1, 2), (3, 2), (np.nan, 2)])
def test_impossible_counts_are_refused(counts):
    with pytest.raises(ValueError, match="counts must"):
        of_one([counts])
    with pytest.raises(ValueError, match="prior"):
        fit([1], [2], np.array([0]), 0, 3)
