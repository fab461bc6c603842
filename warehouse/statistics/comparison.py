"""Is the change of a score more than chance?

Here: how often chance alone would have moved a unit's cases so far between two periods. Not here: the scores, or words
for the answer (SQL).

If no rate of the unit has changed, then of the cases that either period met, indicator by indicator, as many fall to
one period as by drawing without replacement: whatever the rates are, no prior, no estimate (Fisher 1935; pooled over
the indicators as strata, Mantel and Haenszel 1959, J. Natl. Cancer Inst. 22). So the test is exact, and pairs every
indicator with itself. What is added up over the indicators decides how much it sees. Points alone let ten cases of a
small indicator drown three hundred of a large one; cases alone let the large one hide that a small one, and the score,
collapsed. Each met case counts by both, in units of what chance does to their sums.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

Floats = NDArray[np.float64]

# Draws of the first round; each later round has as many as all before it.
FIRST_ROUND = 100
# A unit is drawn no further once so many more draws could reverse it at most with this chance.
REVERSAL = 1e-4
# Sums of the same cases must be the same sum, in whatever draw.
DECIMALS = 9


@dataclass(frozen=True)
class Counts:
    """Met cases and cases per pair, in the period and in the one before; `points`: what the score's scale gives for the
    rate's whole way from 0 to 1, at the goalposts now."""

    met: NDArray[np.int64]
    cases: NDArray[np.int64]
    previous_met: NDArray[np.int64]
    previous_cases: NDArray[np.int64]
    points: Floats

    def __getitem__(self, pairs: NDArray) -> Counts:
        return Counts(*(getattr(self, name)[pairs] for name in self.__dataclass_fields__))


@dataclass(frozen=True)
class Change:
    """Per unit: the draws it took, and the shares of them (0..1) in which chance moved it at least so far up (`p_up`)
    or down; small is rare."""

    draws: NDArray[np.int64]
    p_up: Floats
    p_down: Floats


def score_change(
    random: np.random.Generator, counts: Counts, unit_starts: NDArray[np.integer], tail: float, max_draws: int
) -> Change:
    """How rarely chance alone moves each unit as far as it moved. Every unit has at least one pair.

    Only which side of `tail` (0..0.5) the two shares lie on matters, so units are drawn in rounds, each as long as all
    before it, and left out once the exact binomial tail says that further draws would not reverse that; whoever is near
    gets all `max_draws`. A curtailed test: Besag and Clifford (1991), "Sequential Monte Carlo p-values",
    Biometrika 78.
    """
    units = len(unit_starts)
    drawn, up, down = (np.zeros(units, dtype=np.int64) for _ in range(3))
    sizes = np.diff(unit_starts, append=len(counts.met))
    worth = case_worth(counts, unit_starts)
    moved = np.add.reduceat(worth * counts.met, unit_starts).round(DECIMALS)
    undecided = np.arange(units)
    for draws in _rounds(max_draws):
        pairs = np.repeat(np.isin(np.arange(units), undecided), sizes)
        starts = np.concatenate([[0], np.cumsum(sizes[undecided])[:-1]])
        chance = _by_chance(random, counts[pairs], worth[pairs], starts, draws)
        drawn[undecided] += draws
        up[undecided] += (chance >= moved[undecided, np.newaxis]).sum(axis=1)
        down[undecided] += (chance <= moved[undecided, np.newaxis]).sum(axis=1)
        total = drawn[undecided[0]]
        is_clear = _is_clear(up[undecided], total, tail) & _is_clear(down[undecided], total, tail)
        undecided = undecided[~is_clear]
        if not len(undecided):
            break
    return Change(drawn, up / drawn, down / drawn)


def case_worth(counts: Counts, unit_starts: NDArray[np.integer]) -> Floats:
    """What one more met case adds, per pair: one case and its points, each in standard deviations of its unit's sum.

    A met case more now is one fewer before, so it moves the difference of the two rates by 1/n + 1/n'.
    """
    total = (counts.cases + counts.previous_cases).astype(np.float64)
    met = counts.met + counts.previous_met
    spread = met * (total - met) * counts.cases * counts.previous_cases / (total**2 * np.maximum(total - 1, 1))
    points = counts.points * (1 / counts.cases + 1 / counts.previous_cases)
    sizes = np.diff(unit_starts, append=len(met))

    def in_deviations(worth: Floats) -> Floats:
        deviation = np.sqrt(np.add.reduceat(spread * worth**2, unit_starts))
        return worth / np.repeat(np.where(deviation > 0, deviation, 1), sizes)

    return in_deviations(np.ones_like(points)) + in_deviations(points)


def _by_chance(
    random: np.random.Generator, counts: Counts, worth: Floats, starts: NDArray[np.integer], draws: int
) -> Floats:
    """The sums (units, draws) of what the met cases are worth that fall to the period now."""
    met = counts.met + counts.previous_met
    missed = counts.cases + counts.previous_cases - met
    fallen = random.hypergeometric(
        met[:, np.newaxis], missed[:, np.newaxis], counts.cases[:, np.newaxis], size=(len(met), draws)
    )
    return np.add.reduceat(worth[:, np.newaxis] * fallen, starts).round(DECIMALS)


def _rounds(max_draws: int) -> Iterator[int]:
    drawn = 0
    while drawn < max_draws:
        draws = min(max(drawn, FIRST_ROUND), max_draws - drawn)
        yield draws
        drawn += draws


def _is_clear(count: NDArray, draws: int, tail: float) -> NDArray[np.bool_]:
    """Whether `count` of `draws` could hardly have come from a chance of exactly `tail`."""
    return (count < binom.ppf(REVERSAL, draws, tail)) | (count > binom.isf(REVERSAL, draws, tail))
