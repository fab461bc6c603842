"""Do rank intervals, tiers and chances hold what they say? `python tests/benchmarks/rank_chances.py`

Counties of 16 units whose true rates are known, through the models' own functions: with the law of each indicator
drawn from the counts, and to compare, with the pooled rate at five cases' weight (to which `fit` falls back for two).
Printed per case: how often the interval holds the true rank, its mean width, the outer tiers given and the share of
them that is wrong, how many counties had any, and the largest miss of `p_top3` in a tenth that holds 200 units.

Ties in the truth are broken at random, for the coverage and for `p_top3`; a tier is wrong if no way of breaking them
makes it right. Exits with 1 if a promise is broken: .95 covered, at most .10 wrong and `p_top3` within .05 where the
truth has no ties (both beyond chance), labels in at most a tenth of the counties where all are alike.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(1, str(Path(__file__).resolve().parent))

import numpy as np
from scipy.stats import binom
from simulated_county import (
    FLOOR_BELOW,
    INDICATORS,
    MIN_CASES,
    TARGETS,
    of_common_quality,
    pairs_of,
    scores,
    sizes,
)

from warehouse.statistics.hierarchy import fit
from warehouse.statistics.posterior import Goalposts, Posterior, draw_scores
from warehouse.statistics.ranking import competition_ranks, summarize_ranks
from warehouse.statistics.streams import generator

UNITS, DRAWS, MIN_PRIOR, TIER, TOP, TIERS = 16, 1_000, 5, 0.94, 3, 3
COVERED, WRONG, CALIBRATED, LABELLED, BIN, BEYOND_CHANCE = 0.95, 0.10, 0.05, 0.10, 200, 0.01
MIN_UNITS = {"drawn": 3, "five cases": 10**9}


def uniform(random, shape):
    return random.uniform(0.95, 1, shape)


def monthly(random, shape):
    usual = np.log(1 / of_common_quality(random, shape[0]) - 1)
    return 1 / (1 + np.exp(usual + 0.4 * random.standard_normal(shape)))


def perfect_rates(random, shape):
    return np.where(random.random(shape) < 0.6, 1.0, uniform(random, shape))


def perfect_units(random, shape):
    is_perfect = random.permutation(shape[0]) < 0.6 * shape[0]
    return np.where(is_perfect[:, np.newaxis], 1.0, uniform(random, shape))


def alike(random, shape):
    return np.full(shape, 0.98)


CASES: dict[str, tuple[Callable, bool]] = {
    "U(.95, 1), no common quality": (uniform, False),
    "common quality": (lambda random, shape: of_common_quality(random, shape[0]), False),
    "common quality, and months": (monthly, False),
    "60 % of rates perfect": (perfect_rates, False),
    "60 % of units perfect": (perfect_units, True),
    "16 alike": (alike, True),
    "16 alike, 300 cases each": (alike, True),
}


def county(name: str, number: int, min_units: int) -> dict[str, np.ndarray]:
    random = np.random.default_rng([number, sorted(CASES).index(name)])
    rates, cases = CASES[name][0](random, (UNITS, INDICATORS)), sizes(random, UNITS)
    if name.startswith("16"):  # alike in what they are assessed on, too
        cases = np.full_like(cases, 300) if name.endswith("each") else np.maximum(cases, MIN_CASES)
    met, is_assessed = random.binomial(cases, rates), cases >= MIN_CASES
    pairs = pairs_of(met, cases, is_assessed)
    laws = fit(pairs.met, pairs.cases, pairs.indicator, MIN_PRIOR, min_units)
    cell = laws.draw(generator("laws", name, number), DRAWS)
    posterior = Posterior(pairs.met, pairs.cases, pairs.indicator, laws, cell, np.zeros(len(pairs.met), dtype=bool))
    target = TARGETS[pairs.indicator]
    posts = Goalposts(target - FLOOR_BELOW, target, np.ones(len(target)))
    nobody = np.zeros(UNITS, dtype=bool)
    drawn = draw_scores(generator(name, number), generator("spotless", name, number), posterior, posts, pairs.starts)
    observed = competition_ranks(scores(met / np.maximum(cases, 1), is_assessed), nobody)
    is_spotless = np.logical_and.reduceat(pairs.met == pairs.cases, pairs.starts)
    found = summarize_ranks(competition_ranks(drawn, nobody), observed, is_spotless, 0.95, TOP, TIERS)
    true = scores(rates, is_assessed)
    best = competition_ranks(true, nobody)
    worst = best + (true[:, np.newaxis] == true).sum(axis=1) - 1
    truth = np.empty(UNITS, dtype=int)
    truth[np.lexsort((random.random(UNITS), -true))] = np.arange(1, UNITS + 1)
    third, is_front, is_rear = -(-UNITS // TIERS), found.p_front >= TIER, found.p_rear >= TIER
    return {
        "covered": (found.rank_low <= truth) & (truth <= found.rank_high),
        "width": found.rank_high - found.rank_low + 1,
        "front": is_front,
        "wrong front": is_front & (best > third),
        "rear": is_rear,
        "wrong rear": is_rear & (worst <= UNITS - third),
        "labelled": np.array([(is_front | is_rear).any()]),
        "p": found.p_top,
        "is top": truth <= TOP,
    }


def simulate(name: str, counties: int, min_units: int) -> dict[str, np.ndarray]:
    each = [county(name, number, min_units) for number in range(counties)]
    return {figure: np.concatenate([one[figure] for one in each]) for figure in each[0]}


def miscalibration(found: dict[str, np.ndarray]) -> tuple[float, bool]:
    """The largest miss of a tenth, and whether any is larger than promised beyond chance."""
    tenth, misses, is_off = np.minimum((found["p"] * 10).astype(int), 9), [], False
    for number in range(10):
        is_top, said = found["is top"][tenth == number], found["p"][tenth == number]
        if len(is_top) >= BIN:
            said = said.mean()
            misses.append(is_top.mean() - said)
            low, high = max(said - CALIBRATED, 0), min(said + CALIBRATED, 1)
            is_off |= binom.cdf(is_top.sum(), len(is_top), low) < BEYOND_CHANCE
            is_off |= binom.sf(is_top.sum() - 1, len(is_top), high) < BEYOND_CHANCE
    return max(misses, key=abs, default=np.nan), is_off


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--counties", type=int, default=300, help="per case")
    arguments.add_argument("--law", choices=MIN_UNITS, help="only this one")
    given, broken = arguments.parse_args(), False
    print("| case | law | covered | width | front: given, wrong | rear: given, wrong | with any | p_top3 off |")
    print("|---|---|---|---|---|---|---|---|")
    for name, (_, has_ties) in CASES.items():
        for law in [given.law] if given.law else MIN_UNITS:
            found = simulate(name, given.counties, MIN_UNITS[law])
            wrong = {side: found[f"wrong {side}"].sum() / max(found[side].sum(), 1) for side in ("front", "rear")}
            labels = " | ".join(f"{found[side].sum()}, {share:.3f}" for side, share in wrong.items())
            off, is_off = miscalibration(found)
            print(
                f"| {name} | {law} | {found['covered'].mean():.3f} | {found['width'].mean():.1f} | {labels} "
                f"| {found['labelled'].mean():.3f} | {off:+.3f} |",
                flush=True,
            )
            if law == "drawn":
                broken |= found["covered"].mean() < COVERED
                broken |= any(
                    binom.sf(found[f"wrong {side}"].sum() - 1, found[side].sum(), WRONG) < BEYOND_CHANCE
                    for side in wrong
                )
                broken |= (not has_ties and is_off) or (name.startswith("16") and found["labelled"].mean() > LABELLED)
    print("promises:", "broken" if broken else "kept")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
