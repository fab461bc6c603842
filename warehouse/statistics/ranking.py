"""Ranks among siblings, and how far they depend on chance, weights and single indicators.

Here: ranks of scores, and summaries of many ranks. Not here: where drawn scores come from (`posterior`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from warehouse.statistics.posterior import SCORE_DECIMALS

Floats = NDArray[np.float64]
Ranks = NDArray[np.int32]


def competition_ranks(scores: Floats, is_vetoed: NDArray[np.bool_]) -> Ranks:
    """Ranks down the first axis (units), same shape: not vetoed before vetoed, then the higher score; 1, 2, 2, 4.

    A unit without a score (nan) has rank 0 and counts for nobody. Scores lie in 0..100.
    """
    below_all = np.where(is_vetoed, 101.0, 0.0).reshape(-1, *[1] * (scores.ndim - 1))
    order = below_all - scores
    missing = np.isnan(order)
    ranks = rankdata(np.where(missing, np.inf, order), method="min", axis=0).astype(np.int32)
    ranks[missing] = 0
    return ranks


@dataclass(frozen=True)
class RankSummary:
    """Per unit: interval limits (ranks) and chances (0..1) of the first or last places and of the outer tiers."""

    rank_low: NDArray[np.int64]
    rank_high: NDArray[np.int64]
    p_top: Floats
    p_bottom: Floats
    p_front: Floats
    p_rear: Floats


def percentile_interval(ranks: Ranks, confidence: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The ranks (low, high) per unit that leave (1 - confidence) / 2 of the draws on either side.

    `ranks`: (units, draws). `inverted_cdf`: the smallest rank whose share of draws at or below reaches the percentile,
    so always a rank that was drawn (Hyndman and Fan, 1996, definition 1).
    """
    # Rounded: 200 draws hold their fifth at exactly .025, not at .02500000000000002.
    tail = round((1 - confidence) / 2, 12)
    low, high = np.quantile(ranks, [tail, 1 - tail], axis=1, method="inverted_cdf")
    return low.astype(np.int64), high.astype(np.int64)


def summarize_ranks(
    ranks: Ranks, observed: NDArray, is_spotless: NDArray[np.bool_], confidence: float, top_places: int, tiers: int
) -> RankSummary:
    """What draws of ranks (units, draws) say of each unit. `observed`: its actual rank, which the interval includes.

    Units without a single miss (`is_spotless`) that share a rank share the widest of their intervals: whoever is drawn
    a hair below the others falls to the last place, and whether that happens in 2 or 3 % of the draws, which is the
    whole of the difference between a large unit and a small one, would decide between 1 to 1 and 1 to N. All others
    keep their own, tied or not: a score of 100 with misses says by itself how sure it is.

    The first of `tiers` holds the first ceil(N / tiers) places of N, the last one as many. All units must be ranked.
    """
    units = len(ranks)
    tier_places = -(-units // tiers)
    low, high = percentile_interval(ranks, confidence)
    low, high = np.minimum(low, observed), np.maximum(high, observed)
    for place in np.unique(observed[is_spotless]):
        equals = is_spotless & (observed == place)
        low[equals], high[equals] = low[equals].min(), high[equals].max()
    return RankSummary(
        rank_low=low,
        rank_high=high,
        p_top=(ranks <= top_places).mean(axis=1),
        p_bottom=(ranks > units - top_places).mean(axis=1),
        p_front=(ranks <= tier_places).mean(axis=1),
        p_rear=(ranks > units - tier_places).mean(axis=1),
    )


def reweighted_ranks(
    random: np.random.Generator,
    attainment: Floats,
    weight: Floats,
    is_vetoed: NDArray[np.bool_],
    spread: float,
    draws: int,
) -> Ranks:
    """Ranks (units, draws) by weights w (1 + U(-spread, spread)), one factor per indicator and draw for all units.

    `attainment`, `weight`: (units, indicators), weight 0 where not assessed; every unit has some weight.
    """
    factors = 1 + random.uniform(-spread, spread, size=(draws, weight.shape[1]))
    # Without `optimize` the sums run over the indicators in their order, in no library that shares them out to threads.
    reached = np.einsum("uk,dk->ud", weight * attainment, factors)
    possible = np.einsum("uk,dk->ud", weight, factors)
    return competition_ranks(np.round(100 * reached / possible, SCORE_DECIMALS), is_vetoed)


def leave_one_out_ranks(attainment: Floats, weight: Floats, is_vetoed: NDArray[np.bool_]) -> Ranks:
    """Ranks (units, indicators) with the one indicator left out; 0 where that leaves a unit without any.

    `attainment`, `weight`: (units, indicators), weight 0 where not assessed.
    """
    points = weight * attainment
    kept = 1 - np.eye(weight.shape[1])
    with np.errstate(invalid="ignore"):
        scores = 100 * np.einsum("uk,ok->uo", points, kept) / np.einsum("uk,ok->uo", weight, kept)
    return competition_ranks(np.round(scores, SCORE_DECIMALS), is_vetoed)
