"""One new month of a whole country on top of closed ones: `python tests/benchmarks/assessment.py`.

41,352 townships x 21 indicators. 23 months are built first; then the 24th is assessed as a run does it: dbt's
incremental build of the assessment and the published tables with their data tests, in a process of its own on two
cores. Printed are time and processor time of each model and of the tests, and the process's peak memory; exits with 1
if a limit is broken. Here: preparing, timing, limits. Not here: what is generated (`country.py` says that).
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(1, str(Path(__file__).resolve().parents[1] / "warehouse" / "assessment"))
sys.path.insert(2, str(Path(__file__).resolve().parent))

import duckdb
import yaml
from country import Country, month
from facts_fixture import Facts, seed_rows

from orchestration.installation.paths import DBT_PROJECT, Home
from orchestration.warehouse_build.dbt_project import assemble

LIMIT_SECONDS, LIMIT_MEBIBYTES, CORES = 300, 6 * 1024, 2
# Building all closed months at once would only cost memory; few draws do for them, because theirs are not repeated.
MONTHS_A_BUILD, DRAWS_OF_CLOSED_MONTHS = 4, {"rank_draws": 20, "weight_draws": 20}
# Counts are generated, so what looks at the cases behind them has nothing to see.
WITHOUT_CASES = ("month_count", "every_case_is_counted_once")
MONTH_COUNT = """
    create schema assessment;
    create table assessment.month_count (period_month date, division_code varchar, township_code varchar,
        indicator_code varchar, met bigint, missed bigint, pending bigint)
"""
SHOWN = 15


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--townships", type=int, help="fewer, for a quick look")
    arguments.add_argument("--closed", type=int, default=23, help="months built before")
    arguments.add_argument("--kinds", nargs="+", default=["month"], help="period kinds")
    arguments.add_argument("--draws", type=int, default=2_000, help="of ranks")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--home", type=Path, help="keep the closed months here, and find them here the next time")
    arguments.add_argument("--child", help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.child:
        print(json.dumps(build(Home(given.home), **json.loads(given.child))))
        return 0
    with tempfile.TemporaryDirectory(prefix="shuangbai-country-") as folder:
        home = Home((given.home or Path(folder)).resolve())
        os.environ |= {"SHUANGBAI_SEEDS": str(home.root / "county"), "SHUANGBAI_THREADS": str(CORES)}
        country = Country(given.seed, given.townships)
        closed = home.root / "closed.duckdb"
        if not closed.exists():
            build_closed_months(home, country, given)
            shutil.copyfile(home.warehouse, closed)
        shutil.copyfile(closed, home.warehouse)
        return assess_one_more(home, country, given)


def build_closed_months(home: Home, country: Country, given: argparse.Namespace) -> None:
    country.write_seeds(home.root / "county")
    facts = Facts(home.root)
    facts.build_seeds()
    with facts.connect() as warehouse:
        warehouse.execute(MONTH_COUNT)
    for first in range(0, given.closed, MONTHS_A_BUILD):
        numbers = range(first, min(first + MONTHS_A_BUILD, given.closed))
        land(home, country, numbers)
        built = in_its_own_process(home, {"period_kinds": given.kinds} | DRAWS_OF_CLOSED_MONTHS, has_tests=False)
        print(f"closed months {first + 1} to {numbers[-1] + 1}: {built['seconds']:.0f} s", flush=True)


def assess_one_more(home: Home, country: Country, given: argparse.Namespace) -> int:
    land(home, country, [given.closed])
    settings = {"period_kinds": given.kinds, "rank_draws": given.draws}
    built = in_its_own_process(home, settings, has_tests=True)
    total = show(built)
    is_within = total <= LIMIT_SECONDS and built["peak_mebibytes"] <= LIMIT_MEBIBYTES
    print(f"limits: {LIMIT_SECONDS} s for the models, {LIMIT_MEBIBYTES:,} MiB: {'kept' if is_within else 'broken'}")
    return 0 if is_within else 1


def land(home: Home, country: Country, numbers: Sequence[int]) -> None:
    """Counts of these months, which the next build then has to assess."""
    indicators = seed_rows(home.seeds, "indicators")
    with duckdb.connect(str(home.warehouse)) as warehouse:
        counts = sum(country.land(warehouse, indicators, number) for number in numbers)
        warehouse.execute("delete from lake.rebuild_month")
        warehouse.executemany("insert into lake.rebuild_month values (?)", [[month(number)] for number in numbers])
    print(
        f"{len(country.codes):,} townships, months {numbers[0] + 1} to {numbers[-1] + 1}: {counts:,} counts", flush=True
    )


def in_its_own_process(home: Home, settings: dict[str, object], has_tests: bool) -> dict:
    task = json.dumps({"settings": settings, "has_tests": has_tests})
    began = time.monotonic()
    ran = subprocess.run(
        [sys.executable, __file__, "--home", home.root, "--child", task], stdout=subprocess.PIPE, text=True, check=True
    )
    built = json.loads(ran.stdout.splitlines()[-1]) | {"seconds": time.monotonic() - began}
    failed = [node for node in built["nodes"] if node["status"] not in ("success", "pass")]
    assert failed == [], "\n".join(f"{node['name']}: {node['message']}" for node in failed)
    return built


def build(home: Home, settings: dict[str, object], has_tests: bool) -> dict:
    """One build on two cores, with these settings in the place of the project's own."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    written = home.dbt_project / "dbt_project.yml"
    written.unlink(missing_ok=True)
    project = assemble(home)
    given = yaml.safe_load((DBT_PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))
    given["vars"] |= settings
    written.unlink()
    written.write_text(yaml.safe_dump(given), encoding="utf-8")
    spent, before = [], time.process_time()

    def note(*_: object) -> None:
        nonlocal before
        spent.append(time.process_time() - before)
        before = time.process_time()

    excluded = WITHOUT_CASES if has_tests else (*WITHOUT_CASES, "resource_type:test")
    nodes = project.build(["assessment", "published"], excluded, note)
    written.unlink()
    status = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return {
        "peak_mebibytes": next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) // 1024,
        "nodes": [
            {"kind": node.kind, "name": node.name, "status": node.status, "message": node.message,
             "seconds": node.seconds, "processor": processor}
            for node, processor in zip(nodes, spent, strict=True)
        ],
    }  # fmt: skip


def show(built: dict) -> float:
    """Print the table; the seconds of all models together."""
    totals = {}
    for kind in ("model", "test"):
        nodes = sorted((node for node in built["nodes"] if node["kind"] == kind), key=lambda node: -node["seconds"])
        totals[kind] = sum(node["seconds"] for node in nodes)
        processor = sum(node["processor"] for node in nodes)
        print(f"{kind:60}{totals[kind]:9.1f} s{processor:9.1f} s of processor time")
        for node in nodes[:SHOWN]:
            print(f"  {node['name'][:58]:58}{node['seconds']:9.1f} s{node['processor']:9.1f} s")
    print(f"the whole process: {built['seconds']:.1f} s, peak memory {built['peak_mebibytes']:,} MiB")
    return totals["model"]


if __name__ == "__main__":
    sys.exit(main())
