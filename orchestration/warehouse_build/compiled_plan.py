"""What dbt makes of the project, compiled once for each state of it: all nodes in their order, each with its SQL.

dbt compiles a node anew in every run, asks the database for what it knows, and reports each step: of a run over one
small file that was two thirds. What comes of it depends on the project, the seeds and the settings alone, and on
whether a table is made or continued; so it is kept, in both forms, beside the parsed project it was compiled from.

Here: compiling, and what is kept. Not here: executing a plan (`execution`), or parsing (`parsed_project`). `dbt build`
by hand executes the same nodes and gives the same tables; unit tests and documentation are dbt's as ever.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration.installation.paths import Home
from orchestration.warehouse_build.seed_tables import load_seeds

COMPILE = ["compile", "--exclude", "resource_type:unit_test", "--no-write-json"]
IS_INCREMENTAL = "macro.dbt.is_incremental"
# A node's form where its table is made, and where it is continued.
MADE = "{% macro is_incremental() %}{{ return(false) }}{% endmacro %}"
CONTINUED = "{% macro is_incremental() %}{{ return(model.config.materialized == 'incremental') }}{% endmacro %}"


@dataclass(frozen=True)
class PlannedNode:
    """A seed, model or test. `made` and `continued` are its compiled code in both forms, `before` what is executed
    before a table is continued, `contract` its columns (name, type, whether null is forbidden) where dbt enforces
    them, `tested` the node that a test looks at."""

    unique_id: str
    name: str
    kind: str
    relation: str
    schema: str
    materialized: str
    language: str
    parents: tuple[str, ...]
    made: str
    continued: str
    before: tuple[str, ...]
    contract: tuple[tuple[str, str, bool], ...]
    severity: str
    tested: str | None


def compile_plan(home: Home, parsed: Any, invoke: Callable[..., Any], tested: Callable[..., str | None]) -> str:
    """The plan of a parsed project, as text for `read_plan`; `invoke` calls dbt on a manifest, with arguments, for the
    installation given. Raises what `invoke` raises."""
    forms: dict[str, tuple[dict[str, str], dict[str, tuple[str, ...]]]] = {}
    with tempfile.TemporaryDirectory(dir=home.scratch, prefix="plan-") as folder:
        # The file's name is the name of its database, and stands in the SQL.
        warehouse = Path(folder) / home.warehouse.name
        with duckdb.connect(str(warehouse)) as connection:
            load_seeds(connection, home.seeds)
        known = parsed.macros[IS_INCREMENTAL].macro_sql
        try:
            for form, macro in (("made", MADE), ("continued", CONTINUED)):
                parsed.macros[IS_INCREMENTAL].macro_sql = macro
                with _hooks_rendered() as hooks:
                    outcome = invoke(parsed, COMPILE, warehouse)
                forms[form] = {one.node.unique_id: one.node.compiled_code for one in outcome.result.results}, hooks
        finally:
            parsed.macros[IS_INCREMENTAL].macro_sql = known
    nodes = [
        _planned(node, forms, tested)
        for node in parsed.nodes.values()
        if str(node.resource_type.value) in ("seed", "model", "test")
    ]
    return json.dumps([asdict(node) for node in _in_order(nodes)], ensure_ascii=False)


def read_plan(text: str) -> list[PlannedNode]:
    """The nodes, each after all that it needs."""
    listed = []
    for node in json.loads(text):
        tuples = {name: tuple(node[name]) for name in ("parents", "before")}
        tuples["contract"] = tuple(tuple(column) for column in node["contract"])
        listed.append(PlannedNode(**(node | tuples)))
    return listed


@contextmanager
def _hooks_rendered() -> Generator[dict[str, tuple[str, ...]]]:
    """What dbt would execute before each model that it compiles within, by unique id: compiling leaves hooks out."""
    from dbt.clients.jinja import get_rendered
    from dbt.context.providers import generate_runtime_model_context
    from dbt.task.compile import CompileRunner

    rendered: dict[str, tuple[str, ...]] = {}
    original = CompileRunner.compile

    def compile_with_hooks(runner: Any, manifest: Any) -> Any:
        node = original(runner, manifest)
        if hooks := getattr(node.config, "pre_hook", None):
            context = generate_runtime_model_context(node, runner.config, manifest)
            statements = (get_rendered(hook.sql, context) for hook in hooks)
            # As dbt does, which executes no hook without text.
            rendered[node.unique_id] = tuple(one for one in statements if one.strip())
        return node

    CompileRunner.compile = compile_with_hooks  # ty: ignore[invalid-assignment]
    try:
        yield rendered
    finally:
        CompileRunner.compile = original


def _planned(node: Any, forms: dict[str, Any], tested: Callable[..., str | None]) -> PlannedNode:
    kind = str(node.resource_type.value)
    parents = tuple(node.depends_on.nodes) if kind != "seed" else ()
    (made, _), (continued, hooks) = forms["made"], forms["continued"]
    is_enforced = kind == "model" and node.contract.enforced
    return PlannedNode(
        unique_id=node.unique_id,
        name=node.name,
        kind=kind,
        relation=f'"{node.schema}"."{node.alias}"' if kind != "test" else "",
        schema=node.schema,
        materialized=node.config.materialized,
        language=str(getattr(node, "language", "sql")),
        parents=parents,
        made=made[node.unique_id] if kind != "seed" else "",
        continued=continued[node.unique_id] if kind != "seed" else "",
        before=hooks.get(node.unique_id, ()) if node.config.materialized == "incremental" else (),
        contract=tuple(
            (column.name, column.data_type, any(one.type.value == "not_null" for one in column.constraints))
            for column in node.columns.values()
        )
        if is_enforced
        else (),
        severity=str(getattr(node.config, "severity", "") or "").lower(),
        tested=tested(getattr(node, "attached_node", None), node.config.meta or {}, parents)
        if kind == "test"
        else None,
    )


def _in_order(nodes: list[PlannedNode]) -> list[PlannedNode]:
    """Each after all that it needs, and tests as soon as they can: what a failed one keeps from being built is not."""
    known = {node.unique_id: node for node in nodes}
    ordered: dict[str, PlannedNode] = {}
    tests = {node.unique_id: {one for one in node.parents if one in known} for node in nodes if node.kind == "test"}

    def place(node: PlannedNode) -> None:
        if node.unique_id in ordered:
            return
        for parent in node.parents:
            if parent in known:
                place(known[parent])
        ordered[node.unique_id] = node
        for test in [one for one, needed in tests.items() if one not in ordered and needed <= ordered.keys()]:
            ordered[test] = known[test]

    for node in sorted(nodes, key=lambda one: one.unique_id):
        if node.kind != "test":
            place(node)
    for node in nodes:
        place(node)
    return list(ordered.values())
