"""Scores as they might truly be: draws from what the counts leave open.

Here: draws of rates, and of scores from them. Not here: how units differ (`hierarchy`), ranks among the drawn scores
(`ranking`), or which cases count (SQL). Arrays hold one element per (unit, indicator) pair, sorted by unit and
indicator; the pairs of one unit lie together, and `unit_starts` says where each unit begins.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from warehouse.statistics.hierarchy import Laws

Floats = NDArray[np.float64]

# Scores are compared to so many decimals, drawn ones like observed ones: that makes full attainment a tie.
SCORE_DECIMALS = 6
# Pairs are drawn in blocks of about so many numbers: they stay in the processor's cache, whatever the parent's size.
BLOCK_NUMBERS = 1 << 17


@dataclass(frozen=True)
class Posterior:
    """The rate of each pair as its counts and its siblings leave it open.

    `met`, `cases`, `indicator` (its position among the parent's): per pair. `laws`: of the parent's indicators; `cell`:
    which of them holds in each draw, (indicators, draws). `is_silent`: pairs of which nothing was delivered; their rate
    is 0, because silence is never better than the worst.
    """

    met: Floats
    cases: Floats
    indicator: NDArray[np.intp]
    laws: Laws
    cell: NDArray[np.intp]
    is_silent: NDArray[np.bool_]

    def rates(self, random: np.random.Generator, whether: np.random.Generator, pairs: slice) -> Floats:
        """Drawn rates (pairs, draws). `random` gives the beta numbers pair by pair, `whether` those that decide if a
        pair without a miss never misses; only such pairs take any of them."""
        indicator = self.indicator[pairs, np.newaxis]
        cell = self.cell[self.indicator[pairs]]
        met, missed = self.met[pairs, np.newaxis], (self.cases - self.met)[pairs, np.newaxis]
        rates = random.beta(met + self.laws.a[indicator, cell], missed + self.laws.b[indicator, cell])
        spotless = np.flatnonzero((missed[:, 0] == 0) & ~self.is_silent[pairs])
        perfect = np.take_along_axis(self.laws.perfect[pairs][spotless], cell[spotless], axis=1)
        rates[spotless] = np.where(whether.random(perfect.shape) < perfect, 1.0, rates[spotless])
        rates[self.is_silent[pairs]] = 0.0
        return rates


@dataclass(frozen=True)
class Goalposts:
    """Where attainment is 0 (`floor`) and 1 (`target`), and its `weight`, per pair; floor < target, weight > 0."""

    floor: Floats
    target: Floats
    weight: Floats

    def __getitem__(self, pairs: slice | NDArray) -> Goalposts:
        return Goalposts(self.floor[pairs], self.target[pairs], self.weight[pairs])


def draw_scores(
    random: np.random.Generator,
    whether: np.random.Generator,
    posterior: Posterior,
    goalposts: Goalposts,
    unit_starts: NDArray[np.integer],
) -> Floats:
    """Scores in 0..100, shape (units, draws): 100 sum(w attainment) / sum(w) over a unit's pairs, to 6 decimals.

    Numbers are taken from both streams pair by pair, so that neither the block size nor what comes after a unit
    changes its draws. Every unit has at least one pair.
    """
    draws = posterior.cell.shape[1]
    scores = np.empty((len(unit_starts), draws))
    unit_ends = np.append(unit_starts[1:], len(posterior.met))
    for units in _blocks(unit_starts, unit_ends, max(1, BLOCK_NUMBERS // draws)):
        pairs = slice(unit_starts[units.start], unit_ends[units.stop - 1])
        starts = unit_starts[units] - pairs.start
        posts = goalposts[pairs]
        rates = posterior.rates(random, whether, pairs)
        rates -= posts.floor[:, np.newaxis]
        rates /= (posts.target - posts.floor)[:, np.newaxis]
        np.clip(rates, 0, 1, out=rates)
        rates *= posts.weight[:, np.newaxis]
        scores[units] = np.add.reduceat(rates, starts)
        scores[units] *= (100 / np.add.reduceat(posts.weight, starts))[:, np.newaxis]
    return np.round(scores, SCORE_DECIMALS, out=scores)


def _blocks(starts: NDArray, ends: NDArray, max_pairs: int) -> Iterator[slice]:
    """Runs of whole units with at most `max_pairs` pairs together; a unit with more is a run of its own."""
    first = 0
    while first < len(starts):
        last = max(first + 1, int(np.searchsorted(ends, starts[first] + max_pairs, side="right")))
        yield slice(first, last)
        first = last
