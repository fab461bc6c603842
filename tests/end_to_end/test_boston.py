"""Real input: a slice of a real ledger against results computed without this project (see boston/README.md)."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

BOSTON = Path(__file__).with_name("boston")
SEEDS = Path(__file__).resolve().parents[2] / "seeds"


def test_real_ledger_equals_its_independent_results(installation, tmp_path):
    seeds = tmp_path / "seeds"
    shutil.copytree(SEEDS, seeds)
    shutil.copy(BOSTON / "divisions.csv", seeds / "divisions.csv")
    boston = installation(seeds)

    run = boston.shuangbai("run", "--landing", BOSTON / "extracts")
    assert run.returncode == 0, run.stdout + run.stderr
    assert len(list((BOSTON / "extracts").iterdir())) == 6, "files read in place must stay"

    with (BOSTON / "expected.csv").open(encoding="utf-8", newline="") as lines:
        expected = {
            (r["indicator_code"], r["division_code"], r["period_start"]): tuple(
                int(r[c]) for c in ("numerator", "denominator", "pending")
            )
            for r in csv.DictReader(lines)
        }
    with boston.published() as published:
        rows = published.execute("""
            select indicator_code, division_code, cast(period_start as varchar), numerator, denominator, pending
            from fct_indicator_result
            where period_kind = 'month' and level = 'township' and denominator + pending > 0
        """).fetchall()
        quarantined = published.execute("select sum(quarantined) from fct_batch").fetchone()[0]
    assert {tuple(r[:3]): tuple(r[3:]) for r in rows} == expected
    assert quarantined == rows_without_an_area()


def rows_without_an_area() -> int:
    """Rows of the slice that name no receiving area: each must be in quarantine, once per file."""
    count = 0
    for path in (BOSTON / "extracts").glob("*.csv"):
        with path.open(encoding="gb18030", newline="") as lines:
            count += sum(not row["接收地代码"] for row in csv.DictReader(lines))
    return count
