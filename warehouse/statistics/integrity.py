"""How likely a township's figures are if nothing was arranged: tails of binomial, Poisson-binomial
and negative-binomial counts.

Here: functions of counts and rates alone, over arrays. Not here: what is counted, against which bound a signal fires,
or which rows are its evidence (SQL).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc


def rate_of_others(events: ArrayLike, trials: ArrayLike) -> NDArray[np.float64]:
    """The rate, in 0..1, at which events happened elsewhere: (events + 1/2) / (trials + 1).

    `events` and `trials` are the other townships' (leave one out) and broadcast against each other. The half event is
    the posterior mean under Jeffreys' prior, so the rate is never 0 or 1 and one event where none was seen is unlikely,
    not impossible. Raises ValueError unless 0 <= events <= trials.
    """
    events, trials = _counts(events, trials)
    return (events + 0.5) / (trials + 1)


def upper_tail(events: ArrayLike, trials: ArrayLike, rate: ArrayLike) -> NDArray[np.float64]:
    """P(Bin(trials, rate) >= events), in 0..1, for arrays that broadcast against each other.

    By the regularised incomplete beta function, I_rate(events, trials - events + 1) (Abramowitz and Stegun 26.5.24),
    which keeps its relative precision in far tails. Raises ValueError unless 0 <= events <= trials, 0 <= rate <= 1.
    """
    events, trials, rate = np.broadcast_arrays(*_counts(events, trials), _rate(rate))
    return np.where(events == 0, 1.0, betainc(np.maximum(events, 1), trials - events + 1, rate))


def lower_tail(events: ArrayLike, trials: ArrayLike, rate: ArrayLike) -> NDArray[np.float64]:
    """P(Bin(trials, rate) <= events), in 0..1: the upper tail of what did not happen. Shapes and errors as there."""
    events, trials = _counts(events, trials)
    return upper_tail(trials - events, trials, 1 - _rate(rate))


def on_target_probability(trials: ArrayLike, needed: ArrayLike, rate: ArrayLike) -> NDArray[np.float64]:
    """P(X = needed | X = needed or needed - 1), in 0..1, X ~ Bin(trials, rate); arrays that broadcast.

    The ratio of neighbouring binomial probabilities is (trials - needed + 1) rate : needed (1 - rate), so nothing
    underflows. Raises ValueError unless 1 <= needed <= trials and 0 < rate < 1.
    """
    needed, trials = _counts(needed, trials)
    rate = _rate(rate)
    if not (needed >= 1).all():
        raise ValueError("at least one case must be needed")
    if not ((rate > 0) & (rate < 1)).all():
        raise ValueError("rates must lie between 0 and 1")
    on, below = (trials - needed + 1) * rate, needed * (1 - rate)
    return on / (on + below)


def poisson_binomial_upper_tail(events: ArrayLike, probabilities: ArrayLike) -> NDArray[np.float64]:
    """P(S >= events) per row, in 0..1: S is the number of successes of independent trials with unequal chances.

    `probabilities`: (rows, trials), chances in 0..1, a trial that a row does not have as 0; `events`: (rows,). Exact:
    one trial after the other is convolved into the distribution (Hong 2013, doi 10.1016/j.csda.2012.10.006, section
    2.5), and the tail is summed from its far end, all terms being positive. Raises ValueError unless
    0 <= events <= trials, and for probabilities outside 0..1 or shapes that do not fit.
    """
    probabilities = _rate(probabilities)
    events = np.asarray(events)
    if probabilities.ndim != 2 or events.shape != probabilities.shape[:1]:
        raise ValueError("there must be one row of probabilities per count")
    rows, trials = probabilities.shape
    _counts(events, np.full(rows, trials))
    distribution = np.zeros((rows, trials + 1))
    distribution[:, 0] = 1.0
    for trial in range(trials):
        chance = probabilities[:, trial, None]
        succeeded = distribution[:, : trial + 1] * chance
        distribution[:, : trial + 1] *= 1 - chance
        distribution[:, 1 : trial + 2] += succeeded
    tails = np.cumsum(distribution[:, ::-1], axis=1)[:, ::-1]
    return np.minimum(np.take_along_axis(tails, events.astype(np.int64)[:, None], axis=1)[:, 0], 1.0)


def surge_probability(own: ArrayLike, elsewhere: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What a unit's last count should have been, and P(as many or more), in 0..1, given its counts before and others'.

    `own`, `elsewhere`: counts by (tests, months), the month judged last, the others' summed. Expected is the unit's
    mean before times the others' change: (Y + 1/2) (E1 + 1/2) / (E0 + 1/2). The count is negative-binomial about it;
    its relative variance is that of what it rests on, 1 / (Y + 1/2) + 1 / (E1 + 1/2) + 1 / (E0 + 1/2), and of how far
    the unit's months before vary beyond counting (method of moments, at least 0). Where the others are many and the
    unit steady, that is the predictive law of a Poisson rate under Jeffreys' prior (Johnson, Kemp, Kotz 2005, 5.3); the
    tail is an incomplete beta function. Raises ValueError for counts below 0, shapes that differ, or fewer than two
    months.
    """
    own, elsewhere = np.asarray(own, dtype=np.float64), np.asarray(elsewhere, dtype=np.float64)
    if own.shape != elsewhere.shape or own.ndim != 2 or own.shape[1] < 2 or not ((own >= 0) & (elsewhere >= 0)).all():
        raise ValueError("counts must be at least 0, of one shape, of two months and more")
    count, before, others = own[:, -1], own[:, :-1], elsewhere[:, :-1]
    total, others_total, others_now = before.sum(axis=1), others.sum(axis=1), elsewhere[:, -1]
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = total[:, None] * others / others_total[:, None]
        squares = np.where(mean > 0, (before - mean) ** 2 / mean, 0).sum(axis=1)
        freedom = (mean > 0).sum(axis=1) - 1
        excess = (squares - freedom) / (total - (mean**2).sum(axis=1) / total)
    spread = np.where(np.isfinite(excess), np.maximum(excess, 0), 0)
    expected = (total + 0.5) * (others_now + 0.5) / (others_total + 0.5)
    size = 1 / (1 / (total + 0.5) + 1 / (others_now + 0.5) + 1 / (others_total + 0.5) + spread)
    tail = betainc(np.maximum(count, 1), size, expected / (size + expected))
    return expected, np.where(count == 0, 1.0, tail)


def _counts(events: ArrayLike, trials: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    events, trials = np.broadcast_arrays(np.asarray(events, dtype=np.float64), np.asarray(trials, dtype=np.float64))
    if not ((events >= 0) & (events <= trials)).all():
        raise ValueError("counts must satisfy 0 <= events <= trials")
    return events, trials


def _rate(rate: ArrayLike) -> NDArray[np.float64]:
    rate = np.asarray(rate, dtype=np.float64)
    if not ((rate >= 0) & (rate <= 1)).all():
        raise ValueError("rates must lie in 0..1")
    return rate
