"""Thousands of damaged files through landing: `python tests/benchmarks/fuzz_landing.py --files 8500 --seed 1`.

Here: the campaign's size and the table of its figures. Not here: the damage and what must hold (tests/landing). The
same seed makes the same files; a file at fault is kept in tests/artifacts. Exits with 1 if there is one.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.landing.conftest import Clerk
from tests.landing.fuzzing import Campaign, Figures
from tests.landing.mutation import FORMATS, mutants


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--files", type=int, default=8500)
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="shuangbai-fuzz-") as folder:
        clerk = Clerk(Path(folder))
        figures = Campaign(clerk.home, clerk.folder).run(mutants(given.seed, given.files))
    show(figures, time.monotonic() - began)
    return 1 if figures.faults else 0


def show(figures: Figures, seconds: float) -> None:
    print(f"{'format':14}{'files':>8}{'landed':>8}{'refused':>9}{'repeated':>10}")
    for file_format in FORMATS:
        landed, refused, repeated = (
            figures.outcomes[file_format, outcome] for outcome in ("landed", "refused", "repeated")
        )
        print(f"{file_format:14}{landed + refused + repeated:8}{landed:8}{refused:9}{repeated:10}")
    print("rows:", ", ".join(f"{kind} {count:,}" for kind, count in figures.rows.items()))
    print("refusals:", ", ".join(f"{key.removeprefix('landing.')} {n}" for key, n in figures.refusals.most_common()))
    print(f"slowest file {figures.slowest[0]:.2f} s ({figures.slowest[1]})")
    print(f"peak memory {figures.peak_mebibytes:,} MiB, {seconds:.0f} s in all")
    print(f"faults: {len(figures.faults)}", *figures.faults[:50], sep="\n  ")


if __name__ == "__main__":
    sys.exit(main())
