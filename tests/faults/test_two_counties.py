"""Two counties in one installation are what each is alone, table by table, though all their numbers are the same.

The second county's files are the first's with its codes, so that every number, person and day stands in both.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from orchestration.installation.paths import DEFAULT_SEEDS, Home
from orchestration.installation.progress import Reporter
from orchestration.runs import steps
from orchestration.runs.run import open_run
from orchestration.synthetic import synthesize

COUNTIES = ("623021", "623022")
# When a run found something, and in which order, depends on the run.
OF_RUNS = {"edition", "fct_quality_result"}
NOT_COMPARED = {"place", "landed_at", "sequence", "run_id", "first_run", "last_run", "resolved_run", "parquet_path"}


def published(home: Home, county: str) -> dict[str, list[tuple]]:
    """What is said of a county and below it, with its batches; what is said of no division at all; rows in an order."""
    with duckdb.connect(str(home.current_edition.resolve() / "shuangbai.duckdb"), read_only=True) as edition:
        columns: dict[str, list[str]] = {}
        listed = "select table_name, column_name from duckdb_columns() semi join duckdb_tables() using (table_oid)"
        for table, column in edition.execute(listed).fetchall():
            columns.setdefault(table, []).append(column)
        found = {}
        for table, names in sorted(columns.items()):
            if table in OF_RUNS:
                continue
            places = [name for name in ("division_code", "parent_code", "scope_code") if name in names]
            within = " and ".join(f"{name} like '{county}%'" for name in places) or "true"
            if table.startswith("dim_"):
                within = " and ".join(f"coalesce({name}, '*') like '{county}%'" for name in places) or "true"
            kept = ", ".join(name for name in names if name not in NOT_COMPARED)
            found[table] = edition.execute(f"select {kept} from {table} where {within} order by all").fetchall()
        return found


def built(home: Home, folder: Path) -> Home:
    with Reporter(is_quiet=True) as reporter, open_run(home, reporter, folder) as run:
        steps.land(run)
        steps.catalogue_lake(run)
        steps.build_edition(run)
    assert run.record.state == "published"
    return home


@pytest.fixture(scope="module")
def homes(new_home, tmp_path_factory):
    """The installation of both, and that of each."""
    files = {}
    for county in COUNTIES:
        files[county] = tmp_path_factory.mktemp(county)
        synthesize(files[county], persons=300, months=3, seed=5, county=county, seeds=DEFAULT_SEEDS)
    both = tmp_path_factory.mktemp("both")
    for folder in files.values():
        for path in folder.iterdir():
            if path.is_file():
                shutil.copy2(path, both)
    return built(new_home(), both), {county: built(new_home(), folder) for county, folder in files.items()}


@pytest.mark.parametrize("county", COUNTIES)
def test_each_county_is_what_it_is_alone(homes, county):
    together, alone = homes
    found, expected = published(together, county), published(alone[county], county)
    assert [table for table in expected if found[table] != expected[table]] == []
    for table in ("fct_indicator_result", "fct_missed_case", "fct_quality_failure", "fct_open_case", "fct_ranking"):
        assert len(expected[table]) > 10, table


def test_the_numbers_are_the_same_in_both(homes):
    _, alone = homes
    numbers = []
    for home in alone.values():
        with duckdb.connect(str(home.warehouse), read_only=True) as built:
            numbers.append({
                (source, *row)
                for source, key in (("exchange_message", "message_no"), ("service_event", "event_no"))
                for row in built.execute(f"select distinct {key} from staging.stg_{source}").fetchall()
            })  # fmt: skip
    assert len(numbers[0] & numbers[1]) > 0.5 * len(numbers[0] | numbers[1])
