"""The compiled plan gives the tables that `dbt build` by hand gives, whether they are made or continued."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import time
from dataclasses import replace

import duckdb
import pytest

from orchestration.installation.paths import DEFAULT_SEEDS, Home
from orchestration.runs.running import run_pipeline
from orchestration.synthetic import synthesize
from orchestration.warehouse_build import parsed_project
from orchestration.warehouse_build.audit import published_contents
from orchestration.warehouse_build.compiled_plan import PlannedNode
from orchestration.warehouse_build.dbt_project import DbtProject, Stage, assemble, stages
from orchestration.warehouse_build.execution import execute_plan

BUILT = ("published", "assessment", "core", "staging", "seeds")


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Home:
    """A small county of four months with an edition."""
    home = Home(tmp_path_factory.mktemp("home"))
    synthesize(home.landing, persons=400, months=4, as_of=dt.date(2026, 10, 31), seeds=DEFAULT_SEEDS)
    shutil.rmtree(home.landing / "truth")
    for file in home.landing.iterdir():
        os.utime(file, (time.time() - 60,) * 2)
    assert run_pipeline(home).exit_code == 0
    return home


def copied(home: Home, tmp_path, name: str) -> Home:
    other = Home(tmp_path / name)
    shutil.copytree(home.root, other.root, symlinks=True)
    return other


def contents(home: Home) -> dict[str, str]:
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        return published_contents(connection)


def by_hand(home: Home) -> None:
    results = assemble(home).build(["*"])
    assert [one.name for one in results if one.is_error or one.is_blocking] == []


def by_plan(home: Home) -> None:
    project = assemble(home)
    plan = project.plan()
    results = execute_plan(home, plan, {node.unique_id for node in plan})
    assert [one.name for one in results if one.is_error or one.is_blocking] == []


def test_it_holds_every_seed_model_and_test_each_after_what_it_needs(home):
    project = assemble(home)
    plan, manifest = project.plan(), project.manifest()
    assert {node.unique_id for node in plan} == set(manifest["nodes"]) == set(stages(manifest))
    seen: set[str] = set()
    for node in plan:
        assert {parent for parent in node.parents if parent in manifest["nodes"]} <= seen
        seen.add(node.unique_id)
    continued = {node.unique_id for node in plan if node.materialized == "incremental"}
    # Of every table that is continued the months go first, but where rows do not belong to a month.
    assert {node.unique_id for node in plan if node.before} == continued - {"model.shuangbai.binomial_interval"}


def test_tables_made_anew_are_those_of_dbt(home, tmp_path):
    homes = [copied(home, tmp_path, name) for name in ("plan", "hand")]
    for other, build in zip(homes, (by_plan, by_hand), strict=True):
        with duckdb.connect(str(other.warehouse)) as connection:
            for schema in BUILT:
                connection.execute(f"drop schema {schema} cascade")
        build(other)
    assert contents(homes[0]) == contents(homes[1])


def test_tables_continued_are_those_of_dbt(home, tmp_path):
    homes = [copied(home, tmp_path, name) for name in ("plan", "hand")]
    for other, build in zip(homes, (by_plan, by_hand), strict=True):
        with duckdb.connect(str(other.warehouse)) as connection:
            connection.execute("delete from lake.rebuild_month")
            connection.execute("insert into lake.rebuild_month values ('2026-09-01')")
        build(other)
    assert contents(homes[0]) == contents(homes[1]) == contents(home) | quality(homes[1])


def quality(home: Home) -> dict[str, str]:
    """The tables that tell of the run itself: built a second time, they know its last tests, too."""
    return {table: content for table, content in contents(home).items() if table.startswith("fct_quality")}


def test_what_a_failed_test_speaks_of_is_not_built_upon(home, tmp_path):
    other = copied(home, tmp_path, "failing")
    plan = assemble(other).plan()
    test = next(node for node in plan if node.kind == "test" and node.tested == "model.shuangbai.stg_survey_response")
    broken = [replace(node, made="select 1 as a union all select 2") if node is test else node for node in plan]
    wanted = {unique_id for unique_id, stage in stages(assemble(other).manifest()).items() if stage != Stage.QUALITY}
    results = {one.unique_id: one for one in execute_plan(other, broken, wanted)}
    assert (results[test.unique_id].status, results[test.unique_id].failures) == ("fail", 2)
    assert results["model.shuangbai.fct_survey_response"].status == "skipped"
    assert results["model.shuangbai.fct_indicator_result"].status == "skipped"
    assert results["model.shuangbai.stg_exchange_message"].status == "success"


def test_a_published_table_of_other_columns_than_its_contract_is_an_error(home, tmp_path):
    other = copied(home, tmp_path, "contract")
    plan = assemble(other).plan()
    (grade,) = [node for node in plan if node.unique_id == "model.shuangbai.dim_grade"]

    def built(**changed: object) -> tuple[str, str]:
        node: PlannedNode = replace(grade, **changed)
        (result,) = execute_plan(other, [node], {node.unique_id})
        return result.status, result.message

    assert built()[0] == "success"
    name, kind, bound = grade.contract[0]
    status, message = built(contract=((f"{name}_of_old", kind, bound), *grade.contract[1:]))
    assert status == "error" and f"{name}_of_old" in message
    status, message = built(contract=((name, "date", bound), *grade.contract[1:]))
    assert status == "error" and "DATE" in message
    status, message = built(made=f"select * replace (null::varchar as {name}) from ({grade.made})")
    assert status == "error" and "NOT NULL" in message


def test_half_a_kept_plan_is_compiled_again(home, tmp_path, monkeypatch):
    other = copied(home, tmp_path, "torn")

    def said(project: DbtProject) -> list[PlannedNode]:
        """Without the order in which a model names its sources, which each parse has anew."""
        return [replace(node, parents=tuple(sorted(node.parents))) for node in project.plan()]

    whole = said(assemble(other))
    kept = tmp_path / "kept"
    monkeypatch.setattr(parsed_project, "KEPT", kept)
    project = assemble(other)
    (folder := kept / parsed_project.inputs_of(other)).mkdir(parents=True)
    (folder / parsed_project.PLAN).write_text('[{"unique_id": "model.shuang', encoding="utf-8")
    assert said(project) == whole
    assert said(project) == whole
