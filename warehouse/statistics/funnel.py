"""Funnel limits: how far a share may lie from a common rate by chance, given its number of cases.

Here: exact binomial limits, how much units truly differ beyond them, and limits that allow for that. Not here: which
rate, which units, or when units are taken to differ.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import binom, norm


def funnel_limits(
    cases: ArrayLike, rate: ArrayLike, confidence: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Limits (low, high), in 0..1, beyond each of which a share of `cases` lies with at most (1 - confidence) / 2.

    The arrays broadcast against each other; both limits have the common shape. The binomial quantile, interpolated
    between counts so that the limits are smooth in `cases`, cut to 0..1: Spiegelhalter (2005), Funnel plots for
    comparing institutional performance, Statistics in Medicine 24, 1185-1202, appendix A.1.1. The upper limit is the
    lower one of the misses, so both keep what they promise. At a rate of 0 or 1 both are the rate.

    Raises ValueError unless cases >= 1, 0 <= rate <= 1 and 0 < confidence < 1.
    """
    cases, rate = np.broadcast_arrays(np.asarray(cases, dtype=np.float64), np.asarray(rate, dtype=np.float64))
    if not ((cases >= 1) & (rate >= 0) & (rate <= 1)).all() or not 0 < confidence < 1:
        raise ValueError("cases must be at least 1, rate and confidence between 0 and 1")
    tail = (1 - confidence) / 2
    is_certain = (rate == 0) | (rate == 1)
    low, high = _low_limit(cases, rate, tail), 1 - _low_limit(cases, 1 - rate, tail)
    return np.where(is_certain, rate, low), np.where(is_certain, rate, high)


def between_unit_variance(
    shares: ArrayLike, cases: ArrayLike, rates: ArrayLike, funnels: ArrayLike, winsorised: float
) -> NDArray[np.float64]:
    """The variance of the units' true rates in each funnel beyond that of counting, at least 0; shape (funnels,).

    `shares`, `cases`, `rates` (the funnel's centre) and `funnels` (0, 1, ...) have one value per unit, shape (units,).
    Additive random effects by the method of moments: Spiegelhalter (2005), section 6.2 and appendix A.3, which is
    DerSimonian and Laird's (1986) about a given centre. Of a funnel's standardised deviations the `winsorised` share at
    either end is moved in to the next one first, so that an outlier does not excuse itself. A funnel of one unit, or
    whose rate is 0 or 1, has none.

    Raises ValueError unless cases >= 1, 0 <= rates <= 1 and 0 <= winsorised < 1/2.
    """
    shares, cases, rates = (np.asarray(values, dtype=np.float64) for values in (shares, cases, rates))
    if not ((cases >= 1) & (rates >= 0) & (rates <= 1)).all() or not 0 <= winsorised < 0.5:
        raise ValueError("cases must be at least 1, rates between 0 and 1, the winsorised share below a half")
    funnels = np.asarray(funnels, dtype=np.int64)
    if not len(funnels):
        return np.zeros(0)
    chance = rates * (1 - rates) / cases
    can_vary = chance > 0
    deviation = np.where(can_vary, (shares - rates) / np.sqrt(np.where(can_vary, chance, 1)), 0)
    order = np.lexsort((cases, deviation, funnels))
    deviation, funnels = deviation[order], funnels[order]
    weight = np.where(can_vary, 1 / np.where(can_vary, chance, 1), 0)[order]
    units = np.bincount(funnels)
    first = np.cumsum(units) - units
    moved = np.floor(winsorised * units).astype(np.int64)
    lowest, highest = deviation[first + moved], deviation[first + units - 1 - moved]
    squares = np.clip(deviation, np.repeat(lowest, units), np.repeat(highest, units)) ** 2
    excess = np.add.reduceat(squares, first) - (units - 1)
    weights, weights_squared = np.add.reduceat(weight, first), np.add.reduceat(weight**2, first)
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = excess / (weights - weights_squared / weights)
    return np.where((units > 1) & (weights > 0), np.maximum(variance, 0), 0.0)


def widened(
    limits: tuple[ArrayLike, ArrayLike], rate: ArrayLike, confidence: float, variance: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """`limits` (low, high) of counting about `rate`, with the between-unit `variance` added; cut to 0..1.

    Arrays of one shape. A limit's distance from the rate stands for z standard errors, so distances add as variances
    do: sqrt(distance^2 + z^2 variance). With many cases that is Spiegelhalter's rate +- z sqrt(s^2 + variance); with
    few it is never narrower than the exact limit, as the normal law of counts near 100 % would be.
    """
    rate, variance = np.asarray(rate, dtype=np.float64), np.asarray(variance, dtype=np.float64)
    allowed = norm.ppf((1 + confidence) / 2) ** 2 * variance
    low, high = (np.sqrt((np.asarray(limit) - rate) ** 2 + allowed) for limit in limits)
    return np.maximum(0, rate - low), np.minimum(1, rate + high)


def _low_limit(cases: NDArray, rate: NDArray, tail: float) -> NDArray[np.float64]:
    """The interpolated quantile of Binomial(cases, rate) / cases at `tail`, at least 0."""
    count = binom.ppf(tail, cases, rate)
    up_to, below = binom.cdf(count, cases, rate), binom.cdf(count - 1, cases, rate)
    with np.errstate(divide="ignore", invalid="ignore"):
        overshoot = (up_to - tail) / (up_to - below)
    return np.maximum(0, (count - overshoot) / cases)
