"""How often integrity signals fire by chance: `python tests/benchmarks/integrity.py --seeds 50`.

One honest county a seed, each of 15 townships and 24 months. Printed are, by signal, the tests made, the share below
several probabilities, and the townships and months in which it fired. Exits with 1 if a share lies above what it states
by more than dice explain. Here: size, table, limit. Not here: the counties (`honest_counties.py`).
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "warehouse" / "assessment"))

from honest_counties import HonestCounties
from scipy.stats import binom

BOUNDS = (0.001, 0.01, 0.05)
MISTAKEN = 0.001  # chance that a signal which keeps its rate exactly is called too frequent


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seeds", type=int, default=50)
    arguments.add_argument("--first", type=int, default=1)
    given = arguments.parse_args()
    began = time.monotonic()
    counties = HonestCounties(given.seeds, given.first)
    with tempfile.TemporaryDirectory(prefix="shuangbai-integrity-") as folder:
        tested = counties.tested(counties.build(Path(folder)), BOUNDS)
    too_often = []
    print(f"{'signal':12}{'tests':>8}" + "".join(f"{f'p < {bound}':>12}" for bound in BOUNDS) + f"{'fired':>8}")
    for signal, found in tested.items():
        shares = "".join(f"{below / found.tests:12.5f}" for below in found.below.values())
        print(f"{signal:12}{found.tests:8}{shares}{found.fired:8}")
        too_often += [
            f"{signal} at {bound}"
            for bound, below in found.below.items()
            if below > binom.isf(MISTAKEN, found.tests, bound)
        ]
    print(f"{given.seeds} counties in {time.monotonic() - began:.0f} s; too often: {', '.join(too_often) or 'none'}")
    return 1 if too_often else 0


if __name__ == "__main__":
    sys.exit(main())
