"""How a run ends, by its exit code and by what is said, on inputs of a few lines."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import dagster as dg
import duckdb
import pytest
from dagster._core.storage.event_log import SqliteEventLogStorage

from orchestration.installation.lock import exclusive
from orchestration.installation.paths import Home
from orchestration.installation.progress import Reporter
from orchestration.runs import dagster_history
from orchestration.runs.run import open_run
from orchestration.runs.running import run_pipeline
from orchestration.warehouse_build.dbt_project import DbtProject, NodeResult, Stage, assemble
from orchestration.warehouse_build.rule_catalogue import dbt_rules
from orchestration.workbench import Workbench

SURVEY = "问卷编号,乡镇代码,调查日期,知晓政策,是否满意\n"


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Home:
    return Home(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Two files: one that can be read, one whose name nobody knows."""
    folder = tmp_path_factory.mktemp("files")
    rows = "".join(f"Q{number},623021100000,2026-10-{number:02d},是,否\n" for number in range(1, 6))
    (folder / "survey_response__623021__2026-10-31.csv").write_text(SURVEY + rows, encoding="utf-8")
    (folder / "nobody_knows__623021__2026-10-31.csv").write_text("a\n1\n", encoding="utf-8")
    return folder


def last_run(home: Home) -> dict:
    return json.loads(home.run_record.read_text(encoding="utf-8"))


def test_only_refused_files(home, folder, tmp_path, capsys):
    (tmp_path / "nobody_knows__623021__2026-10-31.csv").write_text("a\n1\n", encoding="utf-8")
    assert run_pipeline(home, tmp_path).exit_code == 1
    assert last_run(home)["state"] == "refused"
    shown = capsys.readouterr().err
    assert "nobody_knows__623021__2026-10-31.csv" in shown and "Traceback" not in shown
    assert not home.current_edition.exists()


def test_refused_beside_accepted_is_published_and_listed(home, folder, capsys):
    record = run_pipeline(home, folder)
    assert record.exit_code == 0, record.reasons
    assert record.edition == home.current_edition.resolve().name
    assert record.counts["rows_in"] == record.counts["accepted"] == 5
    run = last_run(home)
    assert (run["state"], run["edition"]) == ("published", record.edition)
    assert [set(refused) for refused in run["refused"]] == [{"file", "zh", "en"}]
    shown = capsys.readouterr()
    assert "nobody_knows__623021__2026-10-31.csv" in shown.err and record.edition in shown.out


def test_dagsters_own_storage_reads_the_history_of_the_run(home, folder):
    with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        assert type(instance.event_log_storage) is SqliteEventLogStorage
        newest = instance.get_run_records(limit=1)[0].dagster_run
        assert newest.is_success
        events = instance.all_logs(newest.run_id)
        kinds = Counter(one.dagster_event.event_type_value for one in events if one.dagster_event)
        assert kinds["ASSET_CHECK_EVALUATION"] == kinds["ASSET_CHECK_EVALUATION_PLANNED"] > 300
        assert kinds["ASSET_MATERIALIZATION"] > 100
        (ranking,) = [key for key in instance.all_asset_keys() if key.path[-1] == "fct_ranking"]
        assert instance.get_latest_materialization_event(ranking).run_id == newest.run_id


def test_old_runs_are_forgotten(home, folder, monkeypatch):
    def kept() -> dict[str, set[str]]:
        with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
            return {
                "runs": {one.dagster_run.run_id for one in instance.get_run_records()},
                "logs": {path.stem for path in home.dagster.glob("history/runs/*") if path.stem != "index"},
                "outputs": {path.name for path in home.dagster.glob("storage/*")},
            }

    before = kept()
    assert len(before["runs"]) >= 2 and before["logs"] == before["runs"]
    monkeypatch.setattr(dagster_history, "KEPT", 1)
    assert run_pipeline(home, folder).exit_code == 3
    after = kept()
    assert len(after["runs"]) == 1 and not after["runs"] & before["runs"]
    assert after["logs"] == after["runs"] >= after["outputs"]


def test_nothing_new(home, folder):
    edition = home.current_edition.resolve()
    assert run_pipeline(home, folder).exit_code == 3
    assert home.current_edition.resolve() == edition


def test_a_failed_test_blocks_names_itself_and_keeps_the_edition(home, folder, tmp_path, monkeypatch, capsys):
    edition = home.current_edition.resolve()
    name = "survey_response__623021__2026-11-15.csv"
    (tmp_path / name).write_text(SURVEY + "Q9,623021101000,2026-11-03,否,是\n", encoding="utf-8")
    build_stage, broken_test = DbtProject.build_stage, {}

    def with_a_failure(project: DbtProject, stage: Stage, *others: object) -> list[NodeResult]:
        results = build_stage(project, stage, *others)
        if stage is not Stage.WAREHOUSE:
            return results
        failing = next(number for number, result in enumerate(results) if result.kind == "test")
        found = {
            "status": "fail",
            "failures": 7,
            "severity": "error",
            "query": "select 'Q9' as case_ref, '张三' as name",
        }
        results[failing] = replace(results[failing], **found)
        broken_test["rule_id"] = results[failing].name
        return results

    monkeypatch.setattr(DbtProject, "build_stage", with_a_failure)
    assert run_pipeline(home, tmp_path).exit_code == 4
    shown = capsys.readouterr().err
    rule_id = broken_test["rule_id"]
    (rule,) = (rule for rule in dbt_rules(assemble(home).manifest()) if rule.rule_id == rule_id)
    assert rule.text_zh in shown and rule.fix_en in shown and "7" in shown and "Traceback" not in shown
    run = last_run(home)
    assert run["state"] == "blocked" and set(run["reasons"][0]) == {"zh", "en"}
    assert home.current_edition.resolve() == edition
    assert remembered(home, rule_id) == [("Q9", None)], "what blocked is remembered, and somebody is told"
    (incident,) = Workbench.open(home).incidents(rule_id=rule_id)
    assert incident.is_open and incident.rows == 1

    monkeypatch.undo()
    record = run_pipeline(home, tmp_path)
    assert record.exit_code == 0, "what was pending is built although nothing new has landed"
    assert record.counts["months_rebuilt"] >= 1
    assert [resolved_on is not None for _, resolved_on in remembered(home, rule_id)] == [True]
    assert not Workbench.open(home).incidents(rule_id=rule_id, is_open=True)


def remembered(home: Home, rule_id: str) -> list[tuple]:
    """The records of a rule in the ledger, and when each was resolved."""
    with duckdb.connect() as connection:
        return connection.execute(
            "select record_ref, resolved_on from read_parquet($1) where rule_id = $2",
            [str(home.quality / "ledger.parquet"), rule_id],
        ).fetchall()


def test_a_broken_program_says_one_line_and_logs_the_rest(home, folder, monkeypatch, capsys):
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(DbtProject, "build_stage", broken)
    monkeypatch.setenv("SHUANGBAI_RANK_DRAWS", "999")
    assert run_pipeline(home, folder).exit_code == 1
    run = last_run(home)
    assert run["state"] == "failed" and len(run["reasons"]) == 1
    log = home.logs / f"run-{run['run_id']}.log"
    assert "ZeroDivisionError" in log.read_text(encoding="utf-8")
    assert "Traceback" not in capsys.readouterr().err


def test_no_word_of_a_landing_error_is_logged(home, tmp_path):
    with Reporter(is_quiet=True) as reporter, open_run(home, reporter, tmp_path) as run:
        run.log_failure("landing", ValueError("张三 623021199001011234"))
    log = (home.logs / f"run-{run.run_id}.log").read_text(encoding="utf-8")
    assert "ValueError" in log and "张三" not in log and "1990" not in log


def test_a_second_writer_says_so(home, folder, capsys):
    with exclusive(home.lock, 0):
        assert run_pipeline(home, folder, wait_seconds=0).exit_code == 1
    assert "Another process" in capsys.readouterr().err


def test_unusable_seeds_are_said_in_one_line(home, folder, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("SHUANGBAI_SEEDS", str(tmp_path / "nowhere"))
    assert run_pipeline(home, folder).exit_code == 1
    assert "SHUANGBAI_SEEDS" in capsys.readouterr().err
    assert last_run(home)["state"] == "failed"
