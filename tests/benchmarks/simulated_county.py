"""Counties whose true rates are known, as the simulations of ranks and of changes need them.

Here: sizes, rates, counts. Not here: what is asked of them (`rank_chances.py`, `change_chances.py`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

# The default targets but daily login's: nine stocks of all residents, then eight flows and samples of a few.
TARGETS = np.array([0.98, 0.98, 1, 1, 1, 1, 1, 1, 0.95, 1, 1, 1, 1, 1, 1, 1, 0.98])
STOCKS, INDICATORS, FLOOR_BELOW, MIN_CASES = 9, len(TARGETS), 0.2, 5
RESIDENTS, RESIDENTS_SPREAD, FLOWS_PER_RESIDENT = 300, 0.7, 0.08


@dataclass(frozen=True)
class Pairs:
    """What is assessed of a county: unit, indicator, met and cases per pair, and where each unit begins."""

    unit: NDArray[np.intp]
    indicator: NDArray[np.intp]
    met: NDArray[np.int64]
    cases: NDArray[np.int64]
    starts: NDArray[np.intp]


def sizes(random: np.random.Generator, units: int) -> NDArray[np.int64]:
    """Cases per unit and indicator."""
    residents = np.exp(random.normal(np.log(RESIDENTS), RESIDENTS_SPREAD, units)).round().clip(20)
    cases = np.repeat(residents[:, np.newaxis], INDICATORS, axis=1).astype(np.int64)
    cases[:, STOCKS:] = random.poisson(residents[:, np.newaxis] * FLOWS_PER_RESIDENT, (units, INDICATORS - STOCKS))
    return cases


def of_common_quality(random: np.random.Generator, units: int) -> NDArray[np.float64]:
    centre = logit(random.uniform(0.95, 0.99, INDICATORS))
    own = random.standard_normal((units, 1)) + random.standard_normal((units, INDICATORS))
    return expit(centre + 0.4 * own)


def pairs_of(met: NDArray, cases: NDArray, is_assessed: NDArray[np.bool_]) -> Pairs:
    unit, indicator = np.nonzero(is_assessed)
    starts = np.flatnonzero(np.diff(unit, prepend=-1))
    return Pairs(unit, indicator, met[is_assessed], cases[is_assessed], starts)


def scores(rates: NDArray, is_assessed: NDArray[np.bool_]) -> NDArray[np.float64]:
    """0..100 per unit, to the decimals of scores; a rate counts as reached to a float's rounding."""
    attainment = np.clip((rates + 1e-12 - TARGETS + FLOOR_BELOW) / FLOOR_BELOW, 0, 1)
    return (100 * np.where(is_assessed, attainment, 0).sum(axis=1) / is_assessed.sum(axis=1)).round(6)
