"""Executing a compiled plan in the builder's file: one connection, one transaction a node, in the way of dbt's own
materializations.

A seed is loaded, a view replaced, a table made anew, an incremental one continued where it exists: its months are
emptied and filled again. A node is skipped if something it needs could not be built, or a test of that has failed.
Here: what is executed for a node, and what is said of it. Not here: the SQL (`compiled_plan`), or what follows.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Sequence
from types import ModuleType

import duckdb

from orchestration.installation.paths import Home
from orchestration.installation.sql import only_row
from orchestration.warehouse_build.compiled_plan import PlannedNode
from orchestration.warehouse_build.node_result import NodeResult
from orchestration.warehouse_build.seed_tables import load_seeds

OnNode = Callable[[str, int, int], None]
EXISTING = "select schema_name, table_name from duckdb_tables()"
# As dbt asks a test, by the default of all of them.
FAILURES = "select count(*) from ({query}) as failing"


class ContractError(Exception):
    """The columns of a published table are not those of its contract."""


def execute_plan(
    home: Home, plan: Sequence[PlannedNode], wanted: Collection[str], on_node: OnNode | None = None
) -> list[NodeResult]:
    """Build the `wanted` nodes of `plan` (unique ids) and run their tests, in its order; `on_node(name, done, total)`
    is called after each. The file is closed on return. Raises duckdb.IOException if it cannot be opened."""
    nodes = [node for node in plan if node.unique_id in wanted]
    results: dict[str, NodeResult] = {}
    lacking: set[str] = set()
    with duckdb.connect(str(home.warehouse), config=_settings(home)) as connection:
        existing = {f'"{schema}"."{table}"' for schema, table in connection.execute(EXISTING).fetchall()}
        for schema in sorted({node.schema for node in nodes if node.kind != "test"}):
            connection.execute(f'create schema if not exists "{schema}"')
        for done, node in enumerate(nodes, start=1):
            if lacking.intersection(node.parents):
                result = _result(node, "skipped", 0)
            else:
                result = _executed(connection, home, node, node.relation in existing)
            results[node.unique_id] = result
            if node.kind == "test":
                # What a table's test has failed is not built upon.
                lacking |= {node.tested} if result.status == "fail" and node.tested else set()
            elif not result.is_built:
                lacking.add(node.unique_id)
            if on_node:
                on_node(node.name, done, len(nodes))
    return list(results.values())


def _settings(home: Home) -> dict[str, str | float | list[str]]:
    """As `profiles.yml` has them."""
    return {
        "threads": os.environ.get("SHUANGBAI_THREADS", "2"),
        "memory_limit": os.environ.get("SHUANGBAI_MEMORY", "4GB"),
        "temp_directory": str(home.scratch),
    }


def _executed(connection: duckdb.DuckDBPyConnection, home: Home, node: PlannedNode, exists: bool) -> NodeResult:
    began = time.monotonic()
    connection.begin()
    try:
        if node.kind == "test":
            (failures,) = only_row(connection.execute(FAILURES.format(query=node.made)))
            status = "pass" if not failures else "warn" if node.severity == "warn" else "fail"
        else:
            _build(connection, home, node, exists)
            failures, status = 0, "success"
        connection.commit()
    except Exception as error:  # Whatever a model raises is the node's, as it is dbt's.
        connection.rollback()
        return _result(node, "error", time.monotonic() - began, message=f"{type(error).__name__}: {error}")
    return _result(node, status, time.monotonic() - began, failures)


def _build(connection: duckdb.DuckDBPyConnection, home: Home, node: PlannedNode, exists: bool) -> None:
    if node.kind == "seed":
        load_seeds(connection, home.seeds, [node.name])
    elif node.materialized == "view":
        connection.execute(f"create or replace view {node.relation} as ({node.made})")
    elif node.contract:
        _fill_contract(connection, node)
    elif node.materialized == "incremental" and exists:
        for statement in node.before:
            connection.execute(statement)
        _write(connection, node, node.continued, f"insert into {node.relation} by name")
    else:
        _write(connection, node, node.made, f"create or replace table {node.relation} as")


def _write(connection: duckdb.DuckDBPyConnection, node: PlannedNode, code: str, into: str) -> None:
    if node.language == "python":
        module = ModuleType(node.name)
        exec(compile(code, f"{node.name}.py", "exec"), module.__dict__)
        rows = module.model(module.dbtObj(lambda name: connection.query(f"select * from {name}")), connection)
        connection.register("rows_of_model", rows)
        connection.execute(f"{into} select * from rows_of_model")
        connection.unregister("rows_of_model")
    else:
        connection.execute(f"{into} ({code})")


def _fill_contract(connection: duckdb.DuckDBPyConnection, node: PlannedNode) -> None:
    """Make a table of exactly the columns of its contract. Raises ContractError if its SQL gives others."""
    promised = ", ".join(f"cast(null as {kind}) as {name}" for name, kind, _ in node.contract)
    described = [
        {name: kind for name, kind, *_ in connection.execute(f"describe {query}").fetchall()}
        for query in (f"select {promised}", f"select * from ({node.made})")
    ]
    if described[0] != described[1]:
        other = sorted(set(described[0].items()) ^ set(described[1].items()))
        raise ContractError(f"{node.name}: " + ", ".join(f"{name} {kind}" for name, kind in other))
    columns = ", ".join(f"{name} {kind}{' not null' if is_bound else ''}" for name, kind, is_bound in node.contract)
    names = ", ".join(name for name, *_ in node.contract)
    connection.execute(f"create or replace table {node.relation} ({columns})")
    connection.execute(f"insert into {node.relation} ({names}) select {names} from ({node.made})")


def _result(node: PlannedNode, status: str, seconds: float, failures: int = 0, message: str = "") -> NodeResult:
    return NodeResult(
        unique_id=node.unique_id,
        name=node.name,
        kind=node.kind,
        status=status,
        seconds=seconds,
        failures=failures,
        message=message,
        severity=node.severity,
        tested=node.tested,
        query=node.made if node.kind == "test" else "",
    )
