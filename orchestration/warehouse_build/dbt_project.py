"""The one place that calls dbt: an assembled project folder, one parse, builds in this process.

Here: where dbt's project, target and logs lie, which node belongs to which build, and what a build said of each. Not
here: which models exist, keeping what was parsed (`parsed_project`), what follows from a failed test (`runs`
decides), or Dagster.

The project is assembled because dbt writes what it compiles next to an absolute seed path: the seeds in force must lie
inside the project, and the rest of it is links into the checkout.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Generator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path
from typing import Any

from orchestration.installation.county_seeds import assemble_seeds
from orchestration.installation.paths import DBT_PROJECT, Home
from orchestration.warehouse_build.compiled_plan import PlannedNode, compile_plan, read_plan
from orchestration.warehouse_build.execution import OnNode, execute_plan
from orchestration.warehouse_build.node_result import NodeResult
from orchestration.warehouse_build.parsed_project import (
    LINKED,
    copy_manifest,
    inputs_of,
    keep_parsed,
    keep_plan,
    kept_plan,
    load_parsed,
)


class DbtError(Exception):
    """dbt could not do its work: the project is wrong, not the data."""


class Stage(IntEnum):
    """In which of a run's builds a node is made: staging, which the expectations look at; the warehouse; and last the
    quality tables, which are made from the ledger of failures, with all that follows from them. A test runs with the
    last of the tables it looks at."""

    STAGING = 1
    WAREHOUSE = 2
    QUALITY = 3


def stages(manifest: dict[str, Any]) -> dict[str, Stage]:
    """The stage of every seed, model and data test of dbt's manifest, by unique id."""
    nodes, found = manifest["nodes"], {}

    def stage_of(unique_id: str) -> Stage:
        if unique_id not in found:
            node = nodes[unique_id]
            parents = [stage_of(one) for one in node["depends_on"].get("nodes", []) if one in nodes]
            found[unique_id] = max([_own_stage(node), *parents])
        return found[unique_id]

    return {unique_id: stage_of(unique_id) for unique_id in sorted(nodes)}


def _own_stage(node: dict[str, Any]) -> Stage:
    if node["resource_type"] != "model" or node["fqn"][1] == "staging":
        return Stage.STAGING
    return Stage.QUALITY if node["fqn"][1:3] == ["assessment", "findings"] else Stage.WAREHOUSE


@dataclass
class DbtProject:
    """The project of one installation. Make it with `assemble`; it parses once, whatever is built after that.
    `notices` are what is worth saying of the seeds in force."""

    home: Home
    notices: list[dict[str, str]] = field(default_factory=list)
    parsed: Any = field(default=None, repr=False)

    def parse(self) -> None:
        """Parse the project, or load it as it was parsed before; writes `home.manifest`. Raises DbtError."""
        inputs = inputs_of(self.home)
        self.parsed = load_parsed(self.home, inputs)
        if self.parsed is None:
            self.parsed = self._invoke(None, ["parse"]).result
            keep_parsed(self.home, inputs)
            (self.home.dbt_target / "inputs").write_text(inputs, encoding="utf-8")

    def manifest(self) -> dict[str, Any]:
        """The manifest's JSON, made again if it is missing or any of its inputs changed. Raises DbtError."""
        stamp = self.home.dbt_target / "inputs"
        is_fresh = (
            self.home.manifest.exists() and stamp.exists() and stamp.read_text(encoding="utf-8") == inputs_of(self.home)
        )
        if is_fresh:
            # dbt writes it in place: a killed run may have left half of it.
            with suppress(ValueError):
                return json.loads(self.home.manifest.read_text(encoding="utf-8"))
        if not copy_manifest(self.home, inputs_of(self.home)):
            self.parse()
        return json.loads(self.home.manifest.read_text(encoding="utf-8"))

    def build(self, select: Sequence[str], exclude: Sequence[str] = ()) -> list[NodeResult]:
        """Build the selected nodes by dbt and run their data tests; unit tests judge code and run with the test suite.

        The warehouse file is closed on return. Raises DbtError if dbt did not get as far as its nodes.
        """
        arguments = ["--select", *select, *(["--exclude", *exclude] if exclude else [])]
        # "buildable": a test that also looks at a later layer waits for the build of that layer.
        return self._build([*arguments, "--indirect-selection", "buildable"])

    def build_stage(
        self, stage: Stage, on_node: OnNode | None = None, only: Collection[str] | None = None
    ) -> list[NodeResult]:
        """Build all nodes of a stage, or `only` those of them (unique ids), by the compiled plan; `on_node(name, done,
        total)` is called after each. Raises DbtError if it could not be compiled."""
        of_stage = {unique_id for unique_id, its in stages(self.manifest()).items() if its == stage}
        return execute_plan(self.home, self.plan(), of_stage if only is None else of_stage & set(only), on_node)

    def plan(self) -> list[PlannedNode]:
        """The compiled project, compiled if nobody has yet. Raises DbtError."""
        inputs = inputs_of(self.home)
        if (text := kept_plan(self.home, inputs)) is not None:
            with suppress(ValueError):  # What a lost machine has left half of it.
                return read_plan(text)
        if self.parsed is None:
            self.parse()
        text = compile_plan(self.home, self.parsed, self._invoke, tested_node)
        keep_plan(self.home, inputs, text)
        return read_plan(text)

    def _build(self, arguments: list[str]) -> list[NodeResult]:
        if self.parsed is None:
            self.parse()
        # What was parsed is on disk, what became of it is in the answer.
        arguments = ["build", *arguments, "--exclude-resource-type", "unit_test", "--no-write-json"]
        outcome = self._invoke(self.parsed, arguments)
        return [_node_result(result) for result in outcome.result.results]

    def _invoke(self, manifest: Any, arguments: list[str], warehouse: Path | None = None) -> Any:
        from dbt.cli.main import dbtRunner

        places = {
            "--project-dir": self.home.dbt_project,
            "--profiles-dir": self.home.dbt_project,
            "--target-path": self.home.dbt_target,
            "--log-path": self.home.dbt_logs,
        }
        options = [str(part) for pair in places.items() for part in pair]
        quiet = ["--quiet", "--log-level", "none", "--log-level-file", "info", "--no-send-anonymous-usage-stats"]
        with _environment(self.home, warehouse or self.home.warehouse):
            try:
                runner = dbtRunner(manifest=manifest)
                outcome = runner.invoke([*quiet, *arguments, *options])
            finally:
                _release_warehouse()
        if outcome.exception is not None:
            raise DbtError(str(outcome.exception)) from outcome.exception
        if outcome.result is None:
            raise DbtError(f"dbt {arguments[0]} gave no result; see {self.home.dbt_logs}")
        return outcome


def assemble(home: Home) -> DbtProject:
    """Lay out `home.dbt_project` with the seeds in force. Raises SeedsError."""
    for folder in (home.dbt_project, home.dbt_target, home.dbt_logs, home.scratch):
        folder.mkdir(parents=True, exist_ok=True)
    for name in LINKED:
        link, source = home.dbt_project / name, DBT_PROJECT / name
        if link.is_symlink() and (link.resolve() != source or not source.exists()):
            link.unlink()
        if source.exists() and not link.is_symlink():
            link.symlink_to(source)
    return DbtProject(home, assemble_seeds(home))


@contextmanager
def _environment(home: Home, warehouse: Path) -> Generator[None]:
    """What `profiles.yml` reads, for the time of one call."""
    ours = {
        "SHUANGBAI_WAREHOUSE": str(warehouse),
        "SHUANGBAI_SCRATCH": str(home.scratch),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    before = {name: os.environ.get(name) for name in ours}
    os.environ.update(ours)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None) if value is None else os.environ.update({name: value})


def _release_warehouse() -> None:
    """dbt keeps its DuckDB connection for the life of the process; the next reader needs the file closed."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.adapters.factory import reset_adapters

    reset_adapters()
    environment = DuckDBConnectionManager._ENV
    if environment is not None:
        environment.close()
        DuckDBConnectionManager._ENV = None


def tested_node(attached: str | None, meta: dict[str, Any], parents: Sequence[str]) -> str | None:
    """The unique id of what a test looks at: where it is declared, else named in its meta, else what it reads first."""
    named = meta.get("dagster", {}).get("ref", {}).get("name")
    return attached or next((parent for parent in parents if parent.endswith(f".{named}")), next(iter(parents), None))


def _node_result(result: Any) -> NodeResult:
    node = result.node
    config: Any = getattr(node, "config", None)
    return NodeResult(
        unique_id=node.unique_id,
        name=node.name,
        kind=str(node.resource_type.value),
        status=str(result.status.value),
        seconds=result.execution_time,
        failures=int(result.failures or 0),
        message=result.message or "",
        severity=str(getattr(config, "severity", "") or "").lower(),
        tested=tested_node(getattr(node, "attached_node", None), config.meta or {}, node.depends_on.nodes)
        if node.resource_type == "test"
        else None,
        query=getattr(node, "compiled_code", None) or "",
    )
