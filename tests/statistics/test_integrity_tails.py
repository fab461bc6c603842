"""Tails of counts: against fractions, scipy, statsmodels and enumeration, and as rare under the null as they say."""

from __future__ import annotations

from fractions import Fraction
from itertools import accumulate, product
from math import comb

import numpy as np
import pytest
from scipy.stats import beta, binom, gamma, nbinom, poisson, poisson_binom
from statsmodels.stats.proportion import binom_test

from warehouse.statistics.integrity import (
    lower_tail,
    on_target_probability,
    poisson_binomial_upper_tail,
    rate_of_others,
    surge_probability,
    upper_tail,
)

FIRES = 0.001


def exact_tails(trials: int, rate: Fraction) -> list[Fraction]:
    """P(X >= x) for x = 0 ... trials + 1."""
    mass = [comb(trials, x) * rate**x * (1 - rate) ** (trials - x) for x in range(trials + 1)]
    return [*accumulate(reversed(mass), initial=Fraction(0))][::-1]


def enumerated_tail(events: int, chances: list[float]) -> Fraction:
    """Every way in which the trials can turn out."""
    total = Fraction(0)
    for outcome in product((0, 1), repeat=len(chances)):
        if sum(outcome) >= events:
            ways = Fraction(1)
            for happened, chance in zip(outcome, chances, strict=True):
                ways *= Fraction(chance) if happened else 1 - Fraction(chance)
            total += ways
    return total


@pytest.mark.parametrize("rate", [Fraction(1, 128), Fraction(1, 4), Fraction(1, 2), Fraction(125, 128)])
@pytest.mark.parametrize("trials", [0, 1, 2, 7, 40, 300])
def test_tails_are_exact(trials: int, rate: Fraction):
    events = np.arange(trials + 1)
    tails = exact_tails(trials, rate)
    upper, lower = [float(tail) for tail in tails[:-1]], [float(1 - tail) for tail in tails[1:]]
    np.testing.assert_allclose(upper_tail(events, trials, float(rate)), upper, rtol=1e-11)
    np.testing.assert_allclose(lower_tail(events, trials, float(rate)), lower, rtol=1e-11)


def test_tails_agree_with_scipy_and_statsmodels():
    dice = np.random.Generator(np.random.PCG64(1))
    trials = dice.integers(1, 3000, 400)
    events, rate = dice.binomial(trials, 0.3), dice.uniform(0.01, 0.99, 400)
    np.testing.assert_allclose(upper_tail(events, trials, rate), binom.sf(events - 1, trials, rate), rtol=1e-9)
    np.testing.assert_allclose(lower_tail(events, trials, rate), binom.cdf(events, trials, rate), rtol=1e-9)
    pairs = list(zip(events[:40], trials[:40], rate[:40], strict=True))
    larger = [binom_test(x, n, r, alternative="larger") for x, n, r in pairs]
    smaller = [binom_test(x, n, r, alternative="smaller") for x, n, r in pairs]
    np.testing.assert_allclose([float(upper_tail(*pair)) for pair in pairs], larger, rtol=1e-9)
    np.testing.assert_allclose([float(lower_tail(*pair)) for pair in pairs], smaller, rtol=1e-9)


def test_far_tails_keep_their_precision():
    """Thirty instant replies of thirty where one in a thousand is: 1e-90, not 0."""
    assert float(upper_tail(30, 30, 0.001)) == pytest.approx(1e-90, rel=1e-12)
    assert float(lower_tail(0, 40, 0.98)) == pytest.approx(float(Fraction(1, 50) ** 40), rel=1e-9)


def test_extreme_rates_and_empty_arrays():
    assert upper_tail([0, 1], 5, 0.0).tolist() == [1.0, 0.0]
    assert upper_tail([0, 5], 5, 1.0).tolist() == [1.0, 1.0]
    assert upper_tail([], [], []).shape == (0,)
    assert poisson_binomial_upper_tail(np.zeros(0), np.zeros((0, 0))).shape == (0,)
    assert poisson_binomial_upper_tail([0, 0], np.zeros((2, 0))).tolist() == [1.0, 1.0]


def test_the_rate_of_others_is_the_mean_under_jeffreys_prior():
    events, trials = np.array([0, 0, 3, 400]), np.array([0, 10, 3, 10_000])
    np.testing.assert_allclose(
        rate_of_others(events, trials), beta.mean(events + 0.5, trials - events + 0.5), rtol=1e-14
    )
    assert rate_of_others(0, 0) == 0.5


@pytest.mark.parametrize("rate", [0.02, 0.5, 0.9, 0.997])
def test_on_the_target_rather_than_below_it(rate: float):
    trials, needed = (a.ravel() for a in np.meshgrid(np.arange(1, 400, 7), np.arange(1, 400, 7)))
    trials, needed = trials[needed <= trials], needed[needed <= trials]
    on, below = binom.pmf(needed, trials, rate), binom.pmf(needed - 1, trials, rate)
    seen = on + below > 1e-250  # scipy's own probabilities underflow beyond
    found = on_target_probability(trials, needed, rate)
    np.testing.assert_allclose(found[seen], on[seen] / (on + below)[seen], rtol=1e-8)
    assert ((found > 0) & (found < 1)).all()


def test_poisson_binomial_by_enumeration():
    dice = np.random.Generator(np.random.PCG64(2))
    chances = dice.uniform(0, 1, (20, 6))
    chances[:5, 3:] = 0.0
    chances[5:8, 2] = 1.0
    events = dice.integers(0, 7, 20)
    exact = [float(enumerated_tail(x, row)) for x, row in zip(events, chances.tolist(), strict=True)]
    np.testing.assert_allclose(poisson_binomial_upper_tail(events, chances), exact, rtol=1e-13, atol=0)


def test_poisson_binomial_by_the_discrete_fourier_transform():
    """The characteristic function at the roots of unity, transformed back (Hong 2013, formula 6), and scipy's."""
    dice = np.random.Generator(np.random.PCG64(3))
    chances = dice.uniform(0.2, 0.9, (200, 12))
    roots = np.exp(2j * np.pi * np.arange(13) / 13)
    characteristic = np.prod(1 - chances[:, None, :] + chances[:, None, :] * roots[None, :, None], axis=2)
    mass = np.fft.fft(characteristic, axis=1).real / 13
    for events in range(13):
        tail = mass[:, events:].sum(axis=1)
        np.testing.assert_allclose(poisson_binomial_upper_tail(np.full(200, events), chances), tail, atol=1e-13)
    scipys = [poisson_binom.sf(8, row) for row in chances[:20]]
    np.testing.assert_allclose(poisson_binomial_upper_tail(np.full(20, 9), chances[:20]), scipys, rtol=1e-9)


def test_poisson_binomial_with_equal_chances_is_binomial():
    events, rate = np.arange(13), 0.6
    tails = poisson_binomial_upper_tail(events, np.full((13, 12), rate))
    np.testing.assert_allclose(tails, binom.sf(events - 1, 12, rate), rtol=1e-12)
    assert (tails <= 1).all()


@pytest.mark.parametrize("rate", [0.001, 0.02, 0.3, 0.98])
@pytest.mark.parametrize("trials", [5, 40, 240, 2000])
def test_a_test_at_one_in_a_thousand_fires_no_more_often(trials: int, rate: float):
    """Summed over everything that can happen: the rate at which the tail falls below the bound is at most the bound."""
    events = np.arange(trials + 1)
    mass = binom.pmf(events, trials, rate)
    assert mass[upper_tail(events, trials, rate) < FIRES].sum() < FIRES
    assert mass[lower_tail(events, trials, rate) < FIRES].sum() < FIRES


def test_what_cannot_be_counted_is_refused():
    for wrong in (lambda: upper_tail(3, 2, 0.5), lambda: lower_tail(-1, 2, 0.5), lambda: rate_of_others(2, 1)):
        with pytest.raises(ValueError, match="0 <= events <= trials"):
            wrong()
    for wrong in (lambda: upper_tail(1, 2, 1.5), lambda: poisson_binomial_upper_tail([0], [[np.nan]])):
        with pytest.raises(ValueError, match="rates"):
            wrong()
    with pytest.raises(ValueError, match="at least one"):
        on_target_probability(5, 0, 0.5)
    with pytest.raises(ValueError, match="between 0 and 1"):
        on_target_probability(5, 5, 1.0)
    with pytest.raises(ValueError, match="one row"):
        poisson_binomial_upper_tail([1, 2], [[0.5]])
    with pytest.raises(ValueError, match="0 <= events <= trials"):
        poisson_binomial_upper_tail([2], [[0.5]])


STEADY = [20, 24, 16, 22, 18, 21, 19, 20, 23, 17, 20, 20]


@pytest.mark.parametrize("count", [0, 1, 10, 20, 45, 80])
def test_beside_many_others_a_surge_is_the_predictive_law_of_a_rate(count):
    """Gamma(240.5) mixed with a Poisson count of a twelfth of the exposure, by scipy's law and by quadrature."""
    others = np.full((1, 13), 10.0**9)
    expected, tail = surge_probability([[*STEADY, count]], others)
    assert expected == pytest.approx([240.5 / 12], rel=1e-6)
    assert tail == pytest.approx([nbinom.sf(count - 1, 240.5, 12 / 13)], rel=1e-5)
    rates, step = np.linspace(1e-9, 60, 200_001, retstep=True)
    mixed = (gamma.pdf(rates, 240.5, scale=1 / 12) * poisson.sf(count - 1, rates)).sum() * step
    assert tail == pytest.approx([mixed], rel=1e-4)


def test_what_all_do_more_of_is_no_surge():
    """Twice as many everywhere is expected; twice as many here alone is not."""
    own = [[*STEADY, 40], [*STEADY, 40]]
    others = [[200] * 12 + [400], [200] * 13]
    expected, tail = surge_probability(own, others)
    assert expected == pytest.approx([40, 20], rel=0.01)
    assert tail[0] > 0.4
    assert tail[1] < 0.001


def test_a_unit_that_always_swings_is_believed_more():
    own = [[*STEADY, 45], [0, 40, 5, 35, 2, 38, 10, 30, 0, 40, 20, 20, 45]]
    _, (steady, swinging) = surge_probability(own, np.full((2, 13), 10_000))
    assert steady < 1e-4
    assert swinging > 0.02


def test_few_others_make_it_less_sure():
    own = [[*STEADY, 40]] * 2
    _, (many, few) = surge_probability(own, [[3000] * 13, [10] * 13])
    assert few > 20 * many


def test_where_nothing_ever_happened_nothing_is_sure():
    expected, tail = surge_probability([[0] * 13, [0] * 12 + [3]], np.zeros((2, 13)))
    assert np.isfinite(expected).all()
    assert tail[0] == 1
    assert tail[1] > 0.05


def test_honest_months_surge_no_more_often_than_stated():
    """200,000 units of all sizes, with a season that all share, beside fourteen others: a draw of 13 months each."""
    rng = np.random.Generator(np.random.PCG64(1))
    season = 1 + 0.5 * np.sin(np.arange(13) * np.pi / 6)
    size = rng.uniform(2, 150, 200_000)[:, None]
    others = rng.poisson(14 * 50 * season, (200_000, 13))
    _, tail = surge_probability(rng.poisson(size * season), others)
    for bound in (0.05, 0.01, FIRES):
        assert (tail < bound).mean() <= bound
    assert (tail < FIRES).mean() > 0.2 * FIRES, "not so careful that nothing is ever found"


@pytest.mark.parametrize("own", [[[1]], [[-1, 2]], [[1, 2, 3]]])
def test_impossible_months_are_refused(own):
    with pytest.raises(ValueError, match="counts must be"):
        surge_probability(own, [[1, 2]] if len(own[0]) != 1 else [[1]])
