"""The exact chart of many series at once: for shares so near 100 % that a sigma means nothing.

Here: how many misses would be rare after what was seen, and how long a run without one. Not here: which series get this
chart, or which months stand in it (`models/assessment/trends/`). A series is a row, a month a column, packed to the
right as in `control_charts.py`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaln

from warehouse.statistics.control_charts import CLEAN_RUN, OUTSIDE, LastMonths


def exact_chart(
    met: NDArray[np.int64], cases: NDArray[np.int64], has_runs: NDArray[np.bool_], tail: float
) -> LastMonths:
    """The exact chart of shares `met` / `cases`, for the last month of each series.

    `met`, `cases`: counts of shape (series, months), packed to the right, 0 cases where there is no month; `has_runs`:
    shape (series,), whether a long clean run signals an improvement; `tail`: the probability below which a month is a
    signal. The rate of misses has the posterior of Jeffreys' prior given the earlier months, Beta(missed + 1/2,
    met + 1/2), so misses to come are beta-binomial. The lower limit is the smallest share that is no concern, 0 if none
    would be; the upper limit is 1, and there are no near ones (nan).
    """
    missed = cases - met
    earlier_met, earlier_cases = met[:, :-1].sum(axis=1), cases[:, :-1].sum(axis=1)
    rare = smallest_rare_count(cases[:, -1], earlier_cases - earlier_met + 0.5, earlier_met + 0.5, tail)
    _, clean_run = clean_run_of(missed, cases)
    is_rare_run = has_runs & (clean_run <= tail)
    is_concern = missed[:, -1] >= rare
    signal = np.select([is_concern, is_rare_run], [OUTSIDE, CLEAN_RUN], default=0).astype(np.int8)
    direction = np.select([is_concern, is_rare_run], [-1, 1], default=0).astype(np.int8)
    with np.errstate(divide="ignore", invalid="ignore"):
        lower = (cases[:, -1] - rare + 1) / cases[:, -1]
    none = np.full(len(cases), np.nan)
    centre = (earlier_met + 0.5) / (earlier_cases + 1)
    return LastMonths(centre, lower, np.ones(len(cases)), none, none, signal, direction)


def clean_run_of(missed: NDArray[np.int64], cases: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The cases of the clean months in a row that end with the last, and the probability of as many without a miss.

    Arrays of shape (series, months), packed to the right; results of shape (series,). The probability is that of the
    beta-binomial law given the months before the run; 1 without a run or without a month before it.
    """
    clean = (cases > 0) & (missed == 0)
    in_run = np.logical_and.accumulate(clean[:, ::-1], axis=1)[:, ::-1]
    run = (cases * in_run).sum(axis=1)
    cases_before, missed_before = (cases * ~in_run).sum(axis=1), (missed * ~in_run).sum(axis=1)
    a, b = missed_before + 0.5, cases_before - missed_before + 0.5
    return run, np.where((run > 0) & (cases_before > 0), np.exp(betaln(a, b + run) - betaln(a, b)), 1.0)


def smallest_rare_count(trials: ArrayLike, a: ArrayLike, b: ArrayLike, tail: float) -> NDArray[np.int64]:
    """The smallest y of 1..trials with P(Y >= y) <= tail for Y ~ BetaBinomial(trials, a, b); trials + 1 if none has.

    Arrays of shape (series,); a and b positive. The law is summed from its nearer end, by the ratio of one probability
    to the next, in logarithms: neither a small tail nor a first term of 1e-400 is lost. Johnson, Kemp and Kotz
    (2005), Univariate Discrete Distributions, 6.2.2. Raises ValueError unless trials >= 0, a, b > 0 and 0 < tail < 1.
    """
    trials, a, b = (np.asarray(array, dtype=np.float64) for array in (trials, a, b))
    if not ((trials >= 0) & (a > 0) & (b > 0)).all() or not 0 < tail < 1:
        raise ValueError("trials must be >= 0, a and b positive, and tail between 0 and 1")
    is_rare_kind = a <= b
    reached = _first_to_reach(
        trials,
        np.where(is_rare_kind, a, b),
        np.where(is_rare_kind, b, a),
        np.where(is_rare_kind, 1 - tail, np.nextafter(tail, 1)),
    )
    return np.where(is_rare_kind, reached + 1, trials - reached + 1).astype(np.int64)


def _first_to_reach(trials: NDArray, a: NDArray, b: NDArray, level: NDArray) -> NDArray[np.int64]:
    """The smallest k with P(Y <= k) >= level for Y ~ BetaBinomial(trials, a, b): block after block of k, for the series
    that have not reached it yet."""
    reached = trials.astype(np.int64)
    rest = np.arange(len(trials))
    log_first, below, start, width = betaln(a, b + trials) - betaln(a, b), np.zeros(len(trials)), 0, 8
    while rest.size:
        n, p, q = trials[rest, None], a[rest, None], b[rest, None]
        k = np.arange(start, start + width)
        left = np.maximum(n - k, 0)
        with np.errstate(divide="ignore"):
            log_ratio = np.log(left * (k + p)) - np.log((k + 1) * (np.maximum(left - 1, 0) + q))
        log_term = np.add.accumulate(np.column_stack([log_first, log_ratio]), axis=1)
        sums = np.add.accumulate(np.column_stack([below, np.exp(log_term[:, :-1])]), axis=1)[:, 1:]
        has_reached = sums >= level[rest, None]
        done = has_reached.any(axis=1) | (trials[rest] < start + width)
        first = np.where(has_reached.any(axis=1), start + has_reached.argmax(axis=1), trials[rest])
        reached[rest[done]] = first[done]
        rest, log_first, below = rest[~done], log_term[~done, -1], sums[~done, -1]
        start, width = start + width, min(2 * width, 4096)
    return reached
