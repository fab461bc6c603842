"""An edition as readers with certain rights can query it: a schema of views, and nothing beside it.

An edition is attached once, read-only, to a database in memory; each set of rights gets a schema there with one view
per table (`tables.yml`), made when first asked for. A cursor sees the views of one schema. That a query cannot name
anything else is checked on its syntax tree: one SELECT, no table of a named schema, no function that reads tables or
files. A table without a class has no view, so that nobody who signed in can reach it.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import yaml

from dashboards.access.rights import Rights

SETTINGS = {"threads": 2, "memory_limit": "1GB", "python_enable_replacements": "false"}
# Of functions in place of a table, those that only make rows of their arguments.
HARMLESS = frozenset({"unnest", "range", "generate_series"})
OWN = """
    with recursive own as (
        select division_code from edition.main.dim_division where division_code = '{division}'
        union all
        select below.division_code from edition.main.dim_division as below
        inner join own on below.parent_code = own.division_code
    )
    select division_code from own
"""
ABOVE = """
    with recursive above as (
        select division_code, parent_code from edition.main.dim_division where division_code = '{division}'
        union all
        select over.division_code, over.parent_code from edition.main.dim_division as over
        inner join above on above.parent_code = over.division_code
    )
    select division_code from above
"""
PLACE = """
    select division_code, case when level = 'village' then parent_code else division_code end as township_code
    from edition.main.dim_division
"""


class NotAllowed(Exception):
    """The query could reach around the reader's rights; it was not run. An error of the program."""


class Scopes:
    """One edition file, open for readers of any rights. Safe to use from several threads."""

    def __init__(self, path: str) -> None:
        self._database = duckdb.connect(":memory:", config=SETTINGS)
        quoted = path.replace("'", "''")
        self._database.execute(f"attach '{quoted}' as edition (read_only)")
        self._database.execute("set enable_external_access = false")
        self._database.execute("create schema shared")
        self._database.execute(f"create table shared.place as {PLACE}")
        names = self._database.execute("from duckdb_tables() select table_name where database_name = 'edition'")
        self._tables = sorted(name for (name,) in names.fetchall())
        self._lock = threading.Lock()
        self._made: dict[Rights, str] = {}
        self._thresholds: set[int] = set()
        self._plain: dict[str, None] = {}

    def cursor(self, rights: Rights) -> duckdb.DuckDBPyConnection:
        """A cursor on the views of these rights, to run what `require_plain` let pass."""
        with self._lock:
            if rights not in self._made:
                self._made[rights] = self._make(rights)
        cursor = self._database.cursor()
        cursor.execute(f"set search_path = 'memory.{self._made[rights]}'")
        return cursor

    def execute(self, rights: Rights, sql: str, values: dict[str, Any]) -> duckdb.DuckDBPyConnection:
        """Runs one SELECT on what these rights show. Raises NotAllowed for anything that might show more."""
        self._require_plain(sql)
        return self.cursor(rights).execute(sql, values)

    def close(self) -> None:
        self._database.close()

    def _require_plain(self, sql: str) -> None:
        if sql in self._plain:
            return
        (text,) = self._database.cursor().execute("select json_serialize_sql($sql)", {"sql": sql}).fetchone()
        tree = json.loads(text)
        if tree["error"]:
            raise NotAllowed(tree.get("error_message"))
        if len(tree["statements"]) != 1:
            raise NotAllowed("one statement at a time")
        for node in _nodes(tree):
            if node.get("type") == "BASE_TABLE" and (node.get("schema_name") or node.get("catalog_name")):
                raise NotAllowed(f"table of a named schema: {node['schema_name']}.{node['table_name']}")
            if node.get("type") == "TABLE_FUNCTION" and node["function"]["function_name"] not in HARMLESS:
                raise NotAllowed(f"function in place of a table: {node['function']['function_name']}")
        self._plain[sql] = None

    def _make(self, rights: Rights) -> str:
        scope = "_".join(["scope", rights.role or "all", rights.division_code or "any", str(rights.threshold)])
        run = self._database.execute
        run(f"create schema {scope}")
        if rights.division_code:
            run(f"create table {scope}.own_division as {OWN.format(division=rights.division_code)}")
            run(f"create table {scope}.above_division as {ABOVE.format(division=rights.division_code)}")
        classes = table_classes()
        for table in self._tables:
            if rights.role is None:
                run(f"create view {scope}.{table} as from edition.main.{table}")
            elif table in classes:
                run(f"create view {scope}.{table} as {self._view(table, classes[table], rights, scope)}")
        return scope

    def _view(self, table: str, what: dict[str, Any], rights: Rights, scope: str) -> str:
        whole, division = f"edition.main.{table}", what.get("division")
        own = f"(from {scope}.own_division)"
        match what["kind"]:
            case "cases" if rights.role not in what["roles"]:
                return f"from {whole} where false"
            case "cases":
                mine = f"where {division} in {own}" if rights.division_code else ""
                if not rights.threshold:
                    return f"from {whole} {mine}"
                # Whoever could count the cases of a village would need no result of it.
                place = f"(select township_code from shared.place where place.division_code = cases.{division})"
                return f"select * replace ({place} as {division}) from {whole} as cases {mine}"
            case "results":
                villages = self._small_numbers(table, what, rights.threshold) if rights.threshold else whole
                mine = f"and {division} in {own}" if rights.division_code else ""
                return (
                    f"from {whole} where level <> 'village' union all by name "
                    f"from {villages} where level = 'village' {mine}"
                )
            case "deliveries" if rights.division_code:
                # A file covers a township or a county; its scope is written without the zeros at the end.
                covers = f"rpad({division}, 12, '0') in (from {scope}.own_division union from {scope}.above_division)"
                return f"select * replace ({self._emptied(table, what, f'not ({covers})')}) from {whole}"
        return f"from {whole}"

    def _small_numbers(self, table: str, what: dict[str, Any], threshold: int) -> str:
        """The table of villages' results with small numbers suppressed; made once per threshold."""
        name = f"shared.{table}_from_{threshold}"
        if threshold not in self._thresholds:
            sql = Path(__file__).with_name("small_numbers.sql").read_text(encoding="utf-8")
            replacements = self._emptied(table, what, "is_suppressed")
            self._database.execute(
                f"create table {name} as {sql.format(threshold=threshold, replacements=replacements)}"
            )
            self._thresholds.add(threshold)
        return name

    def _emptied(self, table: str, what: dict[str, Any], condition: str) -> str:
        """Null in place of every column but those that are kept, where `condition` holds: a new column is not kept."""
        rows = self._database.execute(f"describe edition.main.{table}").fetchall()
        return ", ".join(
            f"if({condition}, null, {column}) as {column}" for column, *_ in rows if column not in what["keeps"]
        )


@cache
def table_classes() -> dict[str, dict[str, Any]]:
    """What `tables.yml` says of each published table."""
    return yaml.safe_load(Path(__file__).with_name("tables.yml").read_text(encoding="utf-8"))


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    if isinstance(tree, dict):
        yield tree
        tree = list(tree.values())
    if isinstance(tree, list):
        for branch in tree:
            yield from _nodes(branch)
