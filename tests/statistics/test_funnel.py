"""Funnel limits: what they promise, by the binomial law itself, how they grow, and what units truly differ by."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom, norm
from scipy.stats.mstats import winsorize
from statsmodels.stats.meta_analysis import combine_effects

from warehouse.statistics.funnel import between_unit_variance, funnel_limits, widened

RATES = [0.02, 0.5, 0.9, 0.98, 0.999]


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("confidence", [0.95, 0.998])
def test_beyond_a_limit_lies_no_more_than_promised_and_one_count_further_in_too_much(rate, confidence):
    cases = np.arange(1, 400)
    low, high = funnel_limits(cases, rate, confidence)
    tail = (1 - confidence) / 2
    for n, bottom, top in zip(cases, low, high, strict=True):
        counts = np.arange(n + 1)
        below, above = counts[counts < bottom * n - 1e-9], counts[counts > top * n + 1e-9]
        mass = binom.pmf(counts, n, rate)
        assert mass[below].sum() <= tail + 1e-12
        assert mass[above].sum() <= tail + 1e-12
        # The next count in would break the promise: the limits are as close as counts allow.
        assert mass[: len(below) + 1].sum() > tail - 1e-12
        assert mass[n - len(above) :].sum() > tail - 1e-12


@pytest.mark.parametrize("rate", RATES)
def test_limits_are_nested_and_close_in_as_cases_grow(rate):
    cases = np.arange(1, 3_000)
    (low, high), (lowest, highest) = (funnel_limits(cases, rate, confidence) for confidence in (0.95, 0.998))
    assert ((lowest >= 0) & (lowest <= low) & (low <= rate) & (rate <= high) & (high <= highest) & (highest <= 1)).all()
    for limit in (low, lowest):
        assert (np.diff(limit) >= -1e-12).all()
    for limit in (high, highest):
        assert (np.diff(limit) <= 1e-12).all()


def test_with_many_cases_they_are_the_normal_ones():
    low, high = funnel_limits(10_000_000, 0.98, 0.95)
    spread = norm.ppf(0.975) * (0.98 * 0.02 / 10_000_000) ** 0.5
    assert [low.item(), high.item()] == pytest.approx([0.98 - spread, 0.98 + spread], abs=2e-7)


def test_the_quantile_is_interpolated_as_spiegelhalter_does():
    """One case at 0.9: P(0) = .1 and P(1) = .9, so the .2 quantile is (1 - (1 - .2) / .9) / 1."""
    low, _ = funnel_limits(1, 0.9, 0.6)
    assert low.item() == pytest.approx(1 - 0.8 / 0.9)


@pytest.mark.parametrize("rate", [0, 1])
def test_where_chance_plays_no_part_there_is_no_width(rate):
    assert [limit.item() for limit in funnel_limits(7, rate, 0.95)] == [rate, rate]


def test_limits_mirror_in_met_and_missed():
    low, high = funnel_limits(np.arange(1, 200), 0.97, 0.998)
    mirrored_low, mirrored_high = funnel_limits(np.arange(1, 200), 0.03, 0.998)
    np.testing.assert_allclose([low, high], [1 - mirrored_high, 1 - mirrored_low], atol=1e-9)


@pytest.mark.parametrize(
    ("cases", "rate", "confidence"), [(0, 0.5, 0.95), (5, -0.1, 0.95), (5, 1.1, 0.95), (5, 0.5, 1), (5, 0.5, 0)]
)
def test_impossible_funnels_are_refused(cases, rate, confidence):
    with pytest.raises(ValueError, match="must be"):
        funnel_limits(cases, rate, confidence)


def league(units: int, spread: float, seed: int, rate: float = 0.9) -> tuple[np.ndarray, np.ndarray]:
    """Counts of `units` whose true rates have the standard deviation `spread` about `rate`."""
    rng = np.random.Generator(np.random.PCG64(seed))
    cases = rng.integers(50, 3_000, units)
    return rng.binomial(cases, np.clip(rng.normal(rate, spread, units), 0, 1)), cases


@pytest.mark.parametrize("spread", [0, 0.01, 0.05])
def test_about_the_common_rate_it_is_dersimonian_and_lairds(spread):
    met, cases = league(40, spread, seed=3)
    rate = met.sum() / cases.sum()
    expected = combine_effects(met / cases, rate * (1 - rate) / cases, method_re="dl").tau2
    found = between_unit_variance(met / cases, cases, np.full(40, rate), np.zeros(40), winsorised=0)
    assert found == pytest.approx([max(0, expected)], rel=1e-9, abs=1e-15)


def test_an_outlier_does_not_excuse_itself():
    """Either tenth of the deviations is moved in to the next one, as scipy's winsorize does it."""
    met, cases = league(20, 0.02, seed=5)
    met[0] = 0
    rate, weight = 0.9, cases / (0.9 * 0.1)
    off = (met / cases - rate) * np.sqrt(weight)
    moved_in = (np.asarray(winsorize(off, limits=0.1)) ** 2).sum()
    expected = (moved_in - 19) / (weight.sum() - (weight**2).sum() / weight.sum())
    found = between_unit_variance(met / cases, cases, np.full(20, rate), np.zeros(20), winsorised=0.1)
    assert found == pytest.approx([expected])
    assert found < 0.2 * between_unit_variance(met / cases, cases, np.full(20, rate), np.zeros(20), winsorised=0)


def test_many_funnels_at_once_are_each_on_its_own():
    leagues = [league(units, 0.03, seed) for seed, units in enumerate((1, 2, 9, 10, 11, 30))]
    alone = [
        between_unit_variance(met / cases, cases, np.full(len(cases), 0.9), np.zeros(len(cases)), 0.1).item()
        for met, cases in leagues
    ]
    met, cases = (np.concatenate(column) for column in zip(*leagues, strict=True))
    funnels = np.repeat(np.arange(len(leagues)), [len(cases) for _, cases in leagues])
    shuffled = np.random.Generator(np.random.PCG64(1)).permutation(len(cases))
    together = between_unit_variance(
        (met / cases)[shuffled], cases[shuffled], np.full(len(cases), 0.9), funnels[shuffled], 0.1
    )
    assert together.tolist() == alone
    assert alone[0] == 0, "one unit differs from nobody"


def test_what_units_differ_by_is_found():
    """Over 200 leagues of 60 units the mean estimate is the true variance, give or take what winsorising takes off."""
    truth = 0.03**2
    found = []
    for seed in range(200):
        met, cases = league(60, 0.03, seed, rate=0.8)
        found.append(between_unit_variance(met / cases, cases, np.full(60, 0.8), np.zeros(60), 0).item())
    assert np.mean(found) == pytest.approx(truth, rel=0.1)


@pytest.mark.parametrize("confidence", [0.95, 0.998])
def test_widened_limits_hold_units_that_truly_differ(confidence):
    """Of 20,000 units drawn with that variance about as many lie outside as the limits say; of the exact ones, most."""
    met, cases = league(20_000, 0.05, seed=11, rate=0.7)
    exact = funnel_limits(cases, 0.7, confidence)
    low, high = widened(exact, 0.7, confidence, 0.05**2)
    outside = (met / cases < low) | (met / cases > high)
    assert outside.mean() == pytest.approx(1 - confidence, rel=0.25)
    assert ((met / cases < exact[0]) | (met / cases > exact[1])).mean() > 10 * (1 - confidence)


def test_with_many_cases_widened_limits_are_spiegelhalters():
    cases = np.array([100_000, 1_000_000])
    exact = funnel_limits(cases, 0.9, 0.998)
    low, high = widened(exact, 0.9, 0.998, 0.02**2)
    half = norm.isf(0.001) * np.sqrt(0.9 * 0.1 / cases + 0.02**2)
    np.testing.assert_allclose([low, high], [0.9 - half, 0.9 + half], atol=2e-6)


def test_widened_limits_are_never_narrower_than_exact_ones():
    cases = np.arange(1, 300)
    low, high = funnel_limits(cases, 0.98, 0.998)
    wide_low, wide_high = widened((low, high), 0.98, 0.998, 0.01**2)
    assert (wide_low <= low).all()
    assert (wide_high >= high).all()
    np.testing.assert_allclose(widened((low, high), 0.98, 0.998, 0), (low, high), atol=1e-15)


def test_impossible_units_are_refused():
    with pytest.raises(ValueError, match="must be"):
        between_unit_variance([0.5], [0], [0.5], [0], 0.1)
    with pytest.raises(ValueError, match="must be"):
        between_unit_variance([0.5], [1], [0.5], [0], 0.5)
