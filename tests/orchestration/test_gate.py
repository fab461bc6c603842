"""Nothing is published that has not passed all checks as it is, whatever was built when, in which order and by whom."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import dagster as dg
import duckdb
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from expectations.findings import CREATE_KEPT
from orchestration.commands.verify import verify
from orchestration.installation.paths import Home
from orchestration.installation.progress import Reporter
from orchestration.installation.run_record import read_run_record
from orchestration.lake import catalogue as lake_catalogue
from orchestration.runs import steps
from orchestration.runs.job import assemble_definitions
from orchestration.runs.run import BlockedError, open_run
from orchestration.runs.running import run_pipeline
from orchestration.warehouse_build import audit
from orchestration.warehouse_build.dbt_project import Stage, assemble

SURVEY = "问卷编号,乡镇代码,调查日期,知晓政策,是否满意\n"
OPS = ("landing", "staging", "validation", "warehouse", "ledger", "quality", "publication")


def deliver(folder: Path, day: str, answers: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"survey_response__623021__2026-10-{day}.csv"
    rows = "".join(f"Q{day}{number},623021100000,2026-10-{number:02d},是,否\n" for number in range(1, answers + 1))
    path.write_text(SURVEY + rows, encoding="utf-8")
    os.utime(path, (time.time() - 60,) * 2)


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Home:
    """An installation with one edition."""
    home = Home(tmp_path_factory.mktemp("home"))
    deliver(home.landing, "20", 5)
    assert run_pipeline(home).exit_code == 0
    return home


def materialize(home: Home, *wanted: dg.AssetKey) -> bool:
    """As somebody does who chooses assets on Dagster's pages; whether all of it went well."""
    with open_run(home, Reporter(is_quiet=True)) as run:
        job = assemble_definitions(run.project.manifest(), home, run).resolve_implicit_global_asset_job_def()
        quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
        with dg.DagsterInstance.ephemeral() as instance:
            return job.execute_in_process(
                instance=instance, asset_selection=list(wanted) or None, raise_on_error=False, run_config=quiet
            ).success


@pytest.fixture(scope="module")
def ops(home) -> dict[str, list[dg.AssetKey]]:
    """The assets of each op."""
    with open_run(home, Reporter(is_quiet=True)) as run:
        definitions = assemble_definitions(run.project.manifest(), home, run)
    return {assets.op.name: sorted(assets.keys) for assets in definitions.assets}


def published_score(home: Home) -> set[float]:
    with duckdb.connect(str(home.current_edition.resolve() / "shuangbai.duckdb"), read_only=True) as edition:
        return {score for (score,) in edition.execute("select distinct score from fct_ranking").fetchall()}


def builder(home: Home, statement: str) -> None:
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute(statement)


def is_publishable(home: Home) -> bool:
    """Whether the step that publishes, taken alone, does so."""
    with open_run(home, Reporter(is_quiet=True)) as run:
        try:
            steps.publish_edition(run)
        except BlockedError:
            return False
    return True


EDITION = dg.AssetKey("edition")


def test_what_was_written_into_the_builders_file_is_not_published(home, capsys):
    edition, scores = home.current_edition.resolve(), published_score(home)
    builder(home, "update published.fct_ranking set score = 5000")
    assert verify(home) == 1 and "changed after it was checked" in capsys.readouterr().err
    assert not materialize(home, EDITION)
    record = read_run_record(home)
    assert record["state"] == "blocked" and "fct_ranking" in record["reasons"][0]["en"]
    assert home.current_edition.resolve() == edition
    # Nor does it get out with what arrives next: the file is built anew.
    deliver(home.landing, "25", 6)
    assert run_pipeline(home).exit_code == 0
    assert home.current_edition.resolve() != edition
    assert 5000 not in published_score(home) and published_score(home) == scores


def test_every_part_can_be_taken_alone_in_any_order_and_none_of_it_is_published(home, ops):
    deliver(home.landing, "26", 7)
    edition = home.current_edition.resolve()
    assert materialize(home, *ops["landing"])
    assert read_run_record(home)["state"] == "incomplete"
    parts = {
        "quality": lambda run: steps.build_stage(run, Stage.QUALITY),
        "warehouse": lambda run: steps.build_stage(run, Stage.WAREHOUSE),
        "ledger": lambda run: (
            steps.validate_published(run),
            steps.keep_failures(run),
            steps.require_expectations(run),
        ),
        "validation": steps.validate_staging,
        "staging": lambda run: steps.build_stage(run, Stage.STAGING),
    }
    for name, part in parts.items():
        with open_run(home, Reporter(is_quiet=True)) as run:
            part(run)
        assert not is_publishable(home), name
    # A part of a part: on each of these the word of its whole stage rests.
    for key in (["published", "fct_ranking"], ["staging", "stg_survey_response"]):
        assert materialize(home, dg.AssetKey(key)), key
        assert not is_publishable(home), key
    assert not materialize(home, EDITION)
    # The parts in their order are a run.
    for op in OPS:
        assert home.current_edition.resolve() == edition
        assert materialize(home, *ops[op]), op
    assert home.current_edition.resolve() != edition
    assert read_run_record(home)["state"] == "published"
    assert is_publishable(home), "what has passed may be published again"
    assert run_pipeline(home).exit_code == 3


def test_after_a_kill_nothing_of_it_is_published_before_a_whole_run(home, monkeypatch):
    """A process that is killed leaves what its step had begun; here the step's last word is never written."""

    def end(connection, home, step, *others):
        if step == "warehouse":
            raise KeyboardInterrupt
        return spoken(connection, home, step, *others)

    spoken, edition = audit.end, home.current_edition.resolve()
    deliver(home.landing, "28", 9)
    monkeypatch.setattr(audit, "end", end)
    assert run_pipeline(home).exit_code == 1
    monkeypatch.undo()
    assert not is_publishable(home)
    assert home.current_edition.resolve() == edition
    assert run_pipeline(home).exit_code == 0
    assert home.current_edition.resolve() != edition


class Steps(RuleBasedStateMachine):
    """Any sequence of steps, arrivals, changes of code and slips: the gate opens exactly if every step, in order, has
    passed since the last change of anything, and the published tables are those that were checked."""

    def __init__(self) -> None:
        super().__init__()
        self.home, self.connection = Home(Path("nowhere")), duckdb.connect()
        self.code, self.batches, self.made = 0, 0, 0
        self.is_begun = False
        self.passed: list[str] = []
        self.changed = False

    fingerprint: dict[str, str]

    @initialize()
    def begin(self):
        connection = self.connection
        connection.execute(lake_catalogue.CREATE)
        connection.execute(CREATE_KEPT)
        connection.execute("create schema published")
        connection.execute("create table published.fct (value bigint)")
        self.catalogue()
        self.is_begun = True

    def catalogue(self):
        self.fingerprint["now"] = f"code {self.code}"
        connection = self.connection
        connection.execute("delete from lake.made_by")
        connection.execute("insert into lake.made_by values ($1)", [self.fingerprint["now"]])

    @rule()
    def a_file_arrives(self):
        self.batches += 1
        connection = self.connection
        connection.execute("insert into lake.batch (batch_id) values ($1)", [f"b{self.batches}"])
        self.passed = []

    @rule()
    def a_row_is_waived(self):
        connection = self.connection
        connection.execute("insert into quality.waiver values ('r', 's', $1, null, '2026-01-01')", [str(self.made)])
        self.made += 1
        self.passed = []

    @rule()
    def the_code_changes_and_the_lake_is_catalogued(self):
        self.code += 1
        self.passed = []
        self.catalogue()

    @rule(step=st.sampled_from(audit.STEPS), outcome=st.sampled_from(["passed", "failed", "killed"]))
    def a_step_is_taken(self, step, outcome):
        place = audit.STEPS.index(step)
        connection = self.connection
        audit.begin(connection, step)
        if step != "validation":
            self.made += 1
            connection.execute("insert into published.fct values ($1)", [self.made])
        if outcome != "killed":
            audit.end(connection, self.home, step, "run", outcome == "passed")
        self.passed = [one for one in self.passed if audit.STEPS.index(one) < place]
        if outcome == "passed":
            self.passed.append(step)
            self.changed = False if step == audit.STEPS[-1] else self.changed

    @rule()
    def a_whole_run_passes(self):
        for step in audit.STEPS:
            self.a_step_is_taken(step, "passed")

    @precondition(lambda self: len(self.passed) == len(audit.STEPS))
    @rule(value=st.integers(10**6, 10**7))
    def somebody_writes_into_a_table(self, value):
        connection = self.connection
        connection.execute("insert into published.fct values ($1)", [value])
        self.changed = True

    @invariant()
    def the_gate_is_open_exactly_if_all_has_passed(self):
        if not self.is_begun:
            return
        connection = self.connection
        try:
            audited = audit.require_audited(connection, self.home)
            is_open = audited == audit.published_contents(connection)
        except audit.NotAuditedError:
            is_open = False
        assert is_open == (self.passed == list(audit.STEPS) and not self.changed)


def test_any_sequence_of_steps(monkeypatch):
    now: dict[str, str] = {}
    Steps.fingerprint = now
    monkeypatch.setattr(audit, "build_fingerprint", lambda _: now["now"])
    run_state_machine_as_test(
        Steps,
        settings=settings(
            max_examples=60, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def test_the_record_of_a_run_that_published_names_what_passed(home):
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        steps = dict(connection.execute("select step, passed from audit.step").fetchall())
        checks = connection.execute("select count(*) from audit.executed_check where origin = 'dbt'").fetchone()[0]
    assert steps == dict.fromkeys(audit.STEPS, True)
    summary = json.loads((home.current_edition / "edition.json").read_text(encoding="utf-8"))["checks_summary"]
    tests = sum(node["resource_type"] == "test" for node in assemble(home).manifest()["nodes"].values())
    assert sum(summary.values()) == checks == tests
