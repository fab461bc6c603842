"""What Dagster shows, against a list that somebody has read: `definitions_snapshot.yml`.

After a wanted change: `python tests/orchestration/test_definitions.py` writes the list again; read the difference.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

import dagster as dg
import pytest
import yaml

from expectations.suite import load_outgoing, load_suites
from orchestration.installation.paths import Home
from orchestration.runs.job import JOB, assemble_definitions
from orchestration.runs.sensors import landing_sensor
from orchestration.warehouse_build.dbt_project import DbtProject, assemble

SNAPSHOT = Path(__file__).with_name("definitions_snapshot.yml")


def keys(definitions: dg.Definitions) -> dict[str, list[str]]:
    """The sorted keys of everything Dagster knows."""
    graph, repository = definitions.resolve_asset_graph(), definitions.get_repository_def()
    return {
        "assets": sorted(key.to_user_string() for key in graph.get_all_asset_keys()),
        "checks": sorted(f"{key.asset_key.to_user_string()}:{key.name}" for key in graph.asset_check_keys),
        "jobs": sorted(job.name for job in repository.get_all_jobs() if not job.name.startswith("__")),
        "sensors": sorted(sensor.name for sensor in repository.sensor_defs),
        "schedules": sorted(schedule.name for schedule in repository.schedule_defs),
    }


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Home:
    return Home(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def manifest(home):
    return assemble(home).manifest()


@pytest.fixture(scope="module")
def definitions(home, manifest) -> dg.Definitions:
    return assemble_definitions(manifest, home)


def test_the_keys_are_those_that_were_reviewed(definitions):
    assert keys(definitions) == yaml.safe_load(SNAPSHOT.read_text(encoding="utf-8"))


def test_every_data_test_and_every_rule_is_a_check(definitions, manifest):
    tests = {node["name"] for node in manifest["nodes"].values() if node["resource_type"] == "test"}
    rules = {rule.meta.rule_id for suite in [*load_suites(), *load_outgoing()] for rule in suite.expectations}
    names = [key.name for key in definitions.resolve_asset_graph().asset_check_keys]
    assert set(names) == tests | rules
    assert len(names) == len(tests) + len(rules)


def test_the_steps_run_one_after_the_other(definitions):
    job = definitions.resolve_job_def(JOB)
    steps = [node.name for node in job.nodes_in_topological_order]
    assert steps == ["landing", "staging", "validation", "warehouse", "ledger", "quality", "publication"]


def test_the_manifest_is_made_again_only_when_its_inputs_change(home, manifest):
    project = assemble(home)
    made = home.manifest.stat().st_mtime_ns
    project.manifest()
    assert home.manifest.stat().st_mtime_ns == made
    grades = home.seeds / "grades.csv"
    grades.write_bytes(grades.read_bytes() + b"\n")
    project.manifest()
    assert home.manifest.stat().st_mtime_ns != made
    assemble(home).manifest()


def test_a_second_home_parses_nothing_and_has_seeds_of_its_own(home, manifest, tmp_path, monkeypatch):
    def refuse(*_arguments):
        raise AssertionError("dbt was asked to parse what it has parsed before")

    monkeypatch.setattr(DbtProject, "_invoke", refuse)
    second = assemble(Home(tmp_path / "second"))
    second.parse()
    seeds = [node for node in second.manifest()["nodes"].values() if node["resource_type"] == "seed"]
    assert seeds and second.manifest()["nodes"].keys() == manifest["nodes"].keys()
    loaded = [node for node in second.parsed.nodes.values() if node.resource_type == "seed"]
    assert {node.root_path for node in loaded} == {str(second.home.dbt_project)}


def test_the_sensor_runs_once_for_each_file(home):
    sensor = landing_sensor(JOB, home)
    home.landing.mkdir(parents=True, exist_ok=True)
    refused = home.landing / "nobody_knows__623021__2026-10-31.csv"
    refused.write_text("a\n", encoding="utf-8")

    def evaluate(cursor: str | None) -> tuple[int, str]:
        context = dg.build_sensor_context(cursor=cursor)
        result = sensor(context)
        requests = len(result.run_requests or []) if isinstance(result, dg.SensorResult) else 0
        return requests, getattr(result, "cursor", None) or context.cursor

    assert evaluate(None)[0] == 0, "it is still being written"
    quiet = time.time() - 60
    os.utime(refused, (quiet, quiet))
    requests, cursor = evaluate(None)
    assert requests == 1
    requests, cursor = evaluate(cursor)
    assert requests == 0, "a file that was refused stays where it is"
    os.utime(refused, (quiet + 10, quiet + 10))
    assert evaluate(cursor)[0] == 1, "somebody changed it"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        place = Home(Path(folder))
        shown = keys(assemble_definitions(assemble(place).manifest(), place))
    SNAPSHOT.write_text(yaml.safe_dump(shown, sort_keys=False, width=120), encoding="utf-8")
    sys.stdout.write(f"{SNAPSHOT.name}: " + ", ".join(f"{len(found)} {kind}" for kind, found in shown.items()) + "\n")
