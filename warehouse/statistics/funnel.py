"""Funnel limits: how far a share may lie from a common rate by chance, given its number of cases.

Here: exact binomial limits. Not here: which rate, or which units.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import binom


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


def _low_limit(cases: NDArray, rate: NDArray, tail: float) -> NDArray[np.float64]:
    """The interpolated quantile of Binomial(cases, rate) / cases at `tail`, at least 0."""
    count = binom.ppf(tail, cases, rate)
    up_to, below = binom.cdf(count, cases, rate), binom.cdf(count - 1, cases, rate)
    with np.errstate(divide="ignore", invalid="ignore"):
        overshoot = (up_to - tail) / (up_to - below)
    return np.maximum(0, (count - overshoot) / cases)
