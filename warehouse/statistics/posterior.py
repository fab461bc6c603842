"""Scores as they might truly be: draws from what the counts leave open.

Here: the posterior of rates, and draws of scores from it. Not here: ranks among the drawn scores (`ranking`), or which
cases count (SQL). Arrays hold one element per (unit, indicator) pair, sorted by unit and indicator; the pairs of one
unit lie together, and `unit_starts` says where each unit begins.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

# Scores are compared to so many decimals, drawn ones like observed ones: that makes full attainment a tie.
SCORE_DECIMALS = 6
# Pairs are drawn in blocks of about so many numbers: they stay in the processor's cache, whatever the parent's size.
BLOCK_NUMBERS = 1 << 17


def beta_parameters(
    met: ArrayLike, cases: ArrayLike, pooled_met: ArrayLike, pooled_cases: ArrayLike, prior_cases: float
) -> tuple[Floats, Floats]:
    """Parameters (a, b) of the beta posterior of each rate, in the common shape of the counts.

    The prior is the rate of all units together, m = (pooled_met + 1/2) / (pooled_cases + 1), with the weight of
    `prior_cases` cases: a = met + prior_cases m, b = cases - met + prior_cases (1 - m). Conjugate beta-binomial, e.g.
    Gelman et al., Bayesian Data Analysis, 3rd ed., 2.4. Both are positive for any counts, 0 of 0 included. Raises
    ValueError unless 0 <= met <= cases, likewise pooled, and prior_cases > 0.
    """
    met, cases, pooled_met, pooled_cases = (
        np.asarray(counts, dtype=np.float64) for counts in (met, cases, pooled_met, pooled_cases)
    )
    if not (((met >= 0) & (met <= cases)).all() and ((pooled_met >= 0) & (pooled_met <= pooled_cases)).all()):
        raise ValueError("counts must satisfy 0 <= met <= cases")
    if not prior_cases > 0:
        raise ValueError("the prior must weigh something")
    share = (pooled_met + 0.5) / (pooled_cases + 1)
    return met + prior_cases * share, cases - met + prior_cases * (1 - share)


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
    a: Floats,
    b: Floats,
    goalposts: Goalposts,
    unit_starts: NDArray[np.integer],
    draws: int,
) -> Floats:
    """Scores in 0..100, shape (units, draws): 100 sum(w attainment) / sum(w) over a unit's pairs, to 6 decimals.

    `a`, `b`: the posterior per pair. Numbers are taken from `random` pair by pair, `draws` of each, so that neither
    the block size nor what comes after a unit changes its draws. Every unit has at least one pair.
    """
    scores = np.empty((len(unit_starts), draws))
    unit_ends = np.append(unit_starts[1:], len(a))
    for units in _blocks(unit_starts, unit_ends, max(1, BLOCK_NUMBERS // draws)):
        pairs = slice(unit_starts[units.start], unit_ends[units.stop - 1])
        starts = unit_starts[units] - pairs.start
        posts = goalposts[pairs]
        rates = random.beta(a[pairs, np.newaxis], b[pairs, np.newaxis], size=(pairs.stop - pairs.start, draws))
        rates -= posts.floor[:, np.newaxis]
        rates /= (posts.target - posts.floor)[:, np.newaxis]
        np.clip(rates, 0, 1, out=rates)
        rates *= posts.weight[:, np.newaxis]
        scores[units] = np.add.reduceat(rates, starts)
        scores[units] *= (100 / np.add.reduceat(posts.weight, starts))[:, np.newaxis]
    return np.round(scores, SCORE_DECIMALS, out=scores)


def _blocks(starts: NDArray, ends: NDArray, most_pairs: int) -> Iterator[slice]:
    """Runs of whole units with at most `most_pairs` pairs together; a unit with more is a run of its own."""
    first = 0
    while first < len(starts):
        last = max(first + 1, int(np.searchsorted(ends, starts[first] + most_pairs, side="right")))
        yield slice(first, last)
        first = last
