"""Funnel limits: what they promise, by the binomial law itself, and how they behave as cases grow."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom, norm

from warehouse.statistics.funnel import funnel_limits

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
