"""Whatever the order in which files arrive, and however many runs they take: the tables are those of one full build."""

from __future__ import annotations

import random
import shutil
from datetime import date
from pathlib import Path

import duckdb
import pytest

from orchestration.installation.paths import Home
from orchestration.installation.progress import Reporter
from orchestration.runs import steps
from orchestration.runs.run import open_run

# What a run found and when differs between runs; everything else must not.
OF_RUNS = {"edition", "fct_quality_result", "fct_quality_failure", "fct_quality_repair"}
SNAPSHOTS = ("gpl_resident", "padis_resident", "rental_tenancy")


def run(home: Home, folder: Path, *, full_refresh: bool = False) -> tuple[str, list]:
    """One run's steps in this process; how it ended, and the months it built."""
    with Reporter(is_quiet=True) as reporter, open_run(home, reporter, folder, full_refresh) as run:
        steps.land(run)
        work = steps.catalogue_lake(run)
        if work.has_work:
            steps.build_edition(run)
    return run.record.state, work.catalogued.pending_months


def published(home: Home) -> dict[str, list[tuple]]:
    """Every row of every published table that does not speak of runs."""
    with duckdb.connect(str(home.current_edition.resolve() / "shuangbai.duckdb"), read_only=True) as edition:
        tables = [name for (name,) in edition.execute("select table_name from duckdb_tables() order by all").fetchall()]
        return {name: edition.execute(f"from {name}").fetchall() for name in tables if name not in OF_RUNS}


def differing(one: dict[str, list[tuple]], other: dict[str, list[tuple]]) -> dict[str, tuple]:
    """Of each table that differs, the rows that only one of the two has."""
    assert one.keys() == other.keys()
    return {
        name: (sorted(set(map(str, one[name])) - set(map(str, other[name])))[:5],
               sorted(set(map(str, other[name])) - set(map(str, one[name])))[:5])
        for name in one
        if one[name] != other[name]
    }  # fmt: skip


@pytest.fixture(scope="module")
def county(installation, tmp_path_factory) -> list[Path]:
    """The files of a small county: late ledgers, corrections, townships that send their own."""
    out = tmp_path_factory.mktemp("county")
    made = installation().shuangbai("synthesize", out, "--persons", "300", "--months", "4", "--seed", "3")
    assert made.returncode == 0, made.stderr
    return sorted(path for path in out.iterdir() if path.is_file())


@pytest.mark.parametrize("order", ["snapshots_last", "shuffled"])
def test_any_arrival_gives_the_tables_of_a_full_build(county, order, tmp_path):
    files = sorted(county, key=lambda path: (path.name.startswith(SNAPSHOTS), path.stem.rsplit("__")[-1]))
    if order == "shuffled":
        random.Random(11).shuffle(files)
    home, built = Home(tmp_path / "home"), []
    # The last part is a few late files only, so that most of what stands was built before them.
    for number, part in enumerate((files[:50], files[50:-6], files[-6:])):
        folder = tmp_path / f"part{number}"
        folder.mkdir()
        for path in part:
            shutil.copy2(path, folder)
        state, months = run(home, folder)
        assert state == "published"
        built.append(months)
    incremental = published(home)
    if order == "snapshots_last":
        assert built[-1] == [date(2026, 11, 1)], "snapshots of one month change that month"
    assert run(home, tmp_path / "part0")[0] == "nothing_new"

    assert run(home, tmp_path / "part0", full_refresh=True)[0] == "published"
    assert differing(incremental, published(home)) == {}
    assert len(incremental["fct_indicator_result"]) > 1000
