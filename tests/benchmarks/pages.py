"""How long a page's script takes: `python tests/benchmarks/pages.py [--home HOME] [--limit 200]`.

One reader opens each page of a published home once, then asks for other months, townships and counties, each a state
that nobody asked for before, and for each again. Printed are milliseconds of the script by page; exits with 1 if 95 %
of all that follow the first took longer than the limit. Here: one reader. Not here: many of them (`sessions.py`).
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import time
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

STATES = 12
PATIENCE = 120


def states(home: Path) -> list[dict[str, str]]:
    """Townships from all over the edition, each in one of its last months."""
    edition = str((home / "editions" / "current" / "shuangbai.duckdb").resolve())
    with duckdb.connect(edition, read_only=True) as connection:
        ranked = connection.execute(
            """
            select strftime(period_start, '%Y-%m') as period, division_code as division, parent_code as parent
            from fct_ranking
            where period_kind = 'month' and rank is not null
            qualify dense_rank() over (order by period_start desc) <= 6
            order by hash(division_code, period_start) limit $1
            """,
            [STATES],
        )
        names = [column[0] for column in ranked.description]
        return [dict(zip(names, row, strict=True)) for row in ranked.fetchall()]


def timed(page: Path, asked: list[dict[str, str]]) -> tuple[list[float], list[float], list[float]]:
    """Milliseconds of the first run, of new states and of states seen before. RuntimeError for a broken page."""
    from streamlit.testing.v1 import AppTest

    app = AppTest.from_file(str(page), default_timeout=PATIENCE)

    def run(state: dict[str, str]) -> float:
        app.query_params.update({"lang": "zh", **state})
        began = time.perf_counter()
        app.run()
        if app.exception:
            raise RuntimeError(f"{page.name} {state}: {app.exception[0].value}")
        return (time.perf_counter() - began) * 1000

    first = [run({})]
    return first, [run(state) for state in asked], [run(state) for state in asked]


def at(share: float, times: list[float]) -> float:
    return sorted(times)[min(len(times) - 1, int(share * len(times)))]


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--home", type=Path, default=ROOT / "var")
    arguments.add_argument("--limit", type=float, default=200, help="milliseconds; 500 for a whole country")
    given = arguments.parse_args()
    logging.disable(logging.WARNING)
    os.environ["SHUANGBAI_HOME"] = str(given.home.resolve())
    asked, everything = states(given.home), []
    print(f"{'page':14}{'first':>8}{'new p50':>9}{'new p95':>9}{'old p50':>9}{'old p95':>9}")
    for page in sorted((ROOT / "dashboards" / "pages").glob("[0-9]*_*.py")):
        first, new, again = timed(page, asked)
        everything += new + again
        name = page.stem.partition("_")[2]
        cells = [f"{at(share, times):9.0f}" for times in (new, again) for share in (0.5, 0.95)]
        print(f"{name:14}{first[0]:8.0f}{''.join(cells)}")
    print(f"all: p50 {at(0.5, everything):.0f} ms, p95 {at(0.95, everything):.0f} ms, limit {given.limit:.0f} ms")
    return int(at(0.95, everything) > given.limit)


if __name__ == "__main__":
    raise SystemExit(main())
