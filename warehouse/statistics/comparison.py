"""Is the change of a score more than chance?

Here: the chance that a unit's score rose or fell between two periods. Not here: draws of scores (`posterior`), or words
for the answer (SQL).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from warehouse.statistics.posterior import Floats, Goalposts, draw_scores

# Draws of the first round; each later round has as many as all before it.
FIRST_ROUND = 100
# A unit is drawn no further once so many more draws could reverse it at most with this chance.
REVERSAL = 1e-4


@dataclass(frozen=True)
class Period:
    """One period's posterior (a, b) and goalposts per pair, and the stream that it is drawn from."""

    a: Floats
    b: Floats
    goalposts: Goalposts
    random: np.random.Generator


@dataclass(frozen=True)
class Change:
    """Per unit: the draws it took, and the shares of them (0..1) in which the score rose and fell; else it is equal."""

    draws: NDArray[np.int64]
    p_higher: Floats
    p_lower: Floats


def score_change(
    now: Period, before: Period, unit_starts: NDArray[np.integer], threshold: float, most_draws: int
) -> Change:
    """How surely each unit's score changed. Both periods have the same pairs, in the same order.

    Only which side of `threshold` (0.5..1) the two shares lie on matters, so units are drawn in rounds, each as long as
    all before it, and left out once the exact binomial tail says that further draws would not reverse that; whoever is
    near the threshold gets all `most_draws`. A curtailed test: Besag and Clifford (1991), "Sequential Monte Carlo
    p-values", Biometrika 78.
    """
    units = len(unit_starts)
    drawn, higher, lower = (np.zeros(units, dtype=np.int64) for _ in range(3))
    sizes = np.diff(unit_starts, append=len(now.a))
    undecided = np.arange(units)
    for draws in _rounds(most_draws):
        pairs = np.repeat(np.isin(np.arange(units), undecided), sizes)
        starts = np.concatenate([[0], np.cumsum(sizes[undecided])[:-1]])
        scores, previous = (
            draw_scores(period.random, period.a[pairs], period.b[pairs], period.goalposts[pairs], starts, draws)
            for period in (now, before)
        )
        drawn[undecided] += draws
        higher[undecided] += (scores > previous).sum(axis=1)
        lower[undecided] += (scores < previous).sum(axis=1)
        total = drawn[undecided[0]]
        is_clear = _is_clear(higher[undecided], total, threshold) & _is_clear(lower[undecided], total, threshold)
        undecided = undecided[~is_clear]
        if not len(undecided):
            break
    return Change(drawn, higher / drawn, lower / drawn)


def _rounds(most_draws: int) -> Iterator[int]:
    drawn = 0
    while drawn < most_draws:
        draws = min(max(drawn, FIRST_ROUND), most_draws - drawn)
        yield draws
        drawn += draws


def _is_clear(count: NDArray, draws: int, threshold: float) -> NDArray[np.bool_]:
    """Whether `count` of `draws` could hardly have come from a chance of exactly `threshold`."""
    return (count < binom.ppf(REVERSAL, draws, threshold)) | (count > binom.isf(REVERSAL, draws, threshold))
