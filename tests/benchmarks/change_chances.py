"""How often is a change of score called, where there is one and where there is none?

`python tests/benchmarks/change_chances.py`

Two months of counties of 16 units, through the model's own function and its rule (the chance of either tail at most
.025, and the score moved the same way). Exits with 1 if more than .05 are called, beyond chance, where nothing changed.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(1, str(Path(__file__).resolve().parent))

import numpy as np
from scipy.stats import binom
from simulated_county import FLOOR_BELOW, INDICATORS, MIN_CASES, STOCKS, of_common_quality, pairs_of, scores, sizes

from warehouse.statistics.comparison import Counts, score_change
from warehouse.statistics.streams import generator

UNITS, DRAWS, TAIL, PROMISED, BEYOND_CHANCE = 16, 2_000, 0.025, 0.05, 1e-3


def uniform(random, units):
    return random.uniform(0.95, 1, (units, INDICATORS))


def of_any_quality(random, units):
    return random.uniform(0.6, 1, (units, INDICATORS))


def alike(random, units):
    return np.full((units, INDICATORS), 0.98)


def fewer(share):
    return lambda rates: 1 - (1 - rates) * share


def set_to(rate, *indicators):
    def changed(rates):
        after = rates.copy()
        after[:, list(indicators)] = rate
        return after

    return changed


CASES = {
    "nothing: common quality": (of_common_quality, fewer(1)),
    "nothing: U(.95, 1)": (uniform, fewer(1)),
    "nothing: U(.6, 1)": (of_any_quality, fewer(1)),
    "nothing: all at .98": (alike, fewer(1)),
    "half of all misses gone": (of_common_quality, fewer(0.5)),
    "half of all misses gone, U(.95, 1)": (uniform, fewer(0.5)),
    "a quarter of all misses gone": (of_common_quality, fewer(0.75)),
    "twice the misses": (of_common_quality, fewer(2)),
    "one flow falls to .4": (of_common_quality, set_to(0.4, 12)),
    "three flows fall to .6": (of_common_quality, set_to(0.6, 10, 12, 14)),
    "one stock falls to .9": (of_common_quality, set_to(0.9, 3)),
}


def called(name: str, number: int) -> np.ndarray:
    """1 for improved, -1 for worsened, 0 for no clear change, per unit."""
    random = np.random.default_rng([number, sorted(CASES).index(name)])
    rates_of, change = CASES[name]
    rates, before = rates_of(random, UNITS), sizes(random, UNITS)
    now = before.copy()
    now[:, STOCKS:] = random.poisson(np.maximum(before[:, STOCKS:], 0.1))
    met_before, met_now = random.binomial(before, rates), random.binomial(now, change(rates))
    is_compared = (before >= MIN_CASES) & (now >= MIN_CASES)
    old, new = pairs_of(met_before, before, is_compared), pairs_of(met_now, now, is_compared)
    counts = Counts(new.met, new.cases, old.met, old.cases, np.full(len(new.met), 1 / FLOOR_BELOW))
    found = score_change(generator("change", name, number), counts, new.starts, TAIL, DRAWS)
    moved = scores(met_now / np.maximum(now, 1), is_compared) - scores(met_before / np.maximum(before, 1), is_compared)
    return ((found.p_up <= TAIL) & (moved > 0)).astype(int) - ((found.p_down <= TAIL) & (moved < 0))


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--counties", type=int, default=300, help="per case")
    given, broken = arguments.parse_args(), False
    print("| what changes | improved | worsened |\n|---|---|---|")
    for name in CASES:
        found = np.concatenate([called(name, number) for number in range(given.counties)])
        print(f"| {name} | {(found == 1).mean():.3f} | {(found == -1).mean():.3f} |", flush=True)
        if name.startswith("nothing"):
            broken |= binom.sf((found != 0).sum() - 1, len(found), PROMISED) < BEYOND_CHANCE
    print("promise:", "broken" if broken else "kept")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
