"""How likely a township's figures are if nothing was arranged: tails of binomial and Poisson-binomial counts.

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
