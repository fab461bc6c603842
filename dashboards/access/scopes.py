"""An edition as readers with certain rights can query it: a schema of views, and nothing beside it.

An edition is attached once, read-only, to a database in memory; each set of rights gets a schema there with one view
per table (`tables.yml`), made when first asked for. A cursor sees the views of one schema. That a query cannot name
anything else is checked on its syntax tree: one SELECT, no table of a named schema, no function that reads tables or
files. A table without a class has no view, so that nobody who signed in can reach it.
"""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import yaml

from dashboards.access.rights import Rights
from orchestration.contracts import load_contracts
from orchestration.publishing.older_editions import completed

SETTINGS: dict[str, str | float | list[str]] = {
    "threads": 2,
    "memory_limit": "1GB",
    "python_enable_replacements": "false",
}
# Of functions in place of a table, those that only make rows of their arguments.
HARMLESS = frozenset({"unnest", "range", "generate_series"})
OWN = "select division_code from {ancestors} where ancestor_code = '{division}'"
ABOVE = "select ancestor_code as division_code from {ancestors} where division_code = '{division}'"
PLACE = """
    select division_code, level, coalesce(ancestor_code, division_code) as township_code,
    from edition.main.dim_division
    left join (from {ancestors} where ancestor_level = 'township') using (division_code)
"""


# What a code of a record begins with, and how many hexadecimal digits follow: 48 bits, no two records share one.
CODED, CODE_DIGITS = "R-", 12
# What stands in a sentence where there was a line.
EMPTIED = "–"


class NotAllowed(Exception):
    """The query could reach around the reader's rights; it was not run. An error of the program."""


class Scopes:
    """One edition file, open for readers of any rights. Safe to use from several threads."""

    def __init__(self, path: str, key: bytes | None = None) -> None:
        """`key` is what codes of records are made with: with the same one they are the same in the next process."""
        self._key = key or secrets.token_bytes(32)
        self._database = duckdb.connect(":memory:", config=SETTINGS)
        quoted = path.replace("'", "''")
        self._database.execute(f"attach '{quoted}' as edition (read_only)")
        self._database.execute("set enable_external_access = false")
        self._database.execute("create schema shared")
        self._whole = completed(self._database, "edition")
        self._ancestors = self._whole["dim_division_ancestor"]
        self._database.execute(f"create table shared.place as {PLACE.format(ancestors=self._ancestors)}")
        self._lock = threading.Lock()
        self._made: dict[Rights, str] = {}
        self._prepared: set[str] = set()
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
        ((text,),) = self._database.cursor().execute("select json_serialize_sql($sql)", {"sql": sql}).fetchall()
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
            for name, divisions in {"own": OWN, "above": ABOVE}.items():
                chosen = divisions.format(ancestors=self._ancestors, division=rights.division_code)
                run(f"create table {scope}.{name}_division as {chosen}")
        classes = table_classes()
        for table, whole in self._whole.items():
            if rights.role is None:
                run(f"create view {scope}.{table} as from {whole}")
            elif table in classes:
                run(f"create view {scope}.{table} as {self._view(table, classes[table], rights, scope)}")
        return scope

    def _view(self, table: str, what: dict[str, Any], rights: Rights, scope: str) -> str:
        whole, division = self._whole[table], what.get("division")
        own = f"(from {scope}.own_division)"
        match what["kind"]:
            case "cases" if rights.role not in what["roles"]:
                return f"from {whole} where false"
            case "cases":
                mine = f"where {division} in {own}" if rights.division_code else ""
                if not rights.threshold or "reference" not in what:
                    return f"from {whole} {mine}"
                coded = self._coded(table, what)
                if rights.role == "township":
                    return f"select * exclude (is_coded) from {coded} {mine}"
                traces = ", ".join(_untraced(trace) for trace in what["traces"])
                return f"select * exclude (is_coded) replace ({traces}) from {coded} {mine}"
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
        if name not in self._prepared:
            sql = Path(__file__).with_name("small_numbers.sql").read_text(encoding="utf-8")
            replacements = self._emptied(table, what, "is_suppressed")
            parts = {"results": self._whole[table], "periods": self._whole["dim_period"]}
            filled = sql.format(**parts, threshold=threshold, replacements=replacements)
            self._database.execute(f"create table {name} as {filled}")
            self._prepared.add(name)
        return name

    def _coded(self, table: str, what: dict[str, Any]) -> str:
        """The table with codes in place of the numbers of records that lie in villages, and `is_coded`; made once.

        Whoever could count the cases of a village would need no result of it: a row says its township at most, and the
        rows lie in the order of their codes.
        """
        name, columns = f"shared.{table}_coded", self._columns(table)
        if name not in self._prepared:
            reference, division = what["reference"], what["division"]
            hashed = ", ".join(f"'{part}'" for part in (self._key.hex(), table))
            told_apart = ", ".join(f"cast(cases.{column} as text)" for column in (*what["apart"], division, reference))
            code = f"'{CODED}' || upper(left(sha256(to_json([{hashed}, {told_apart}])::text), {CODE_DIGITS}))"
            is_coded = "coalesce(level = 'village', false)"
            if "source" in columns:
                is_coded = f"({is_coded} or source not in ({', '.join(repr(one) for one in sources_of_townships())}))"
            hidden = "".join(f"if({is_coded}, null, {column}) as {column}, " for column in what.get("hides", ()))
            place = ""
            if "place" in what:
                order = ", ".join((*what["place"], reference))
                place = f"replace (row_number() over (order by {order}) as place)"
            self._database.execute(f"""
                create table {name} as
                with coded as (
                    select
                        cases.* replace (
                            {hidden}if({is_coded}, {code}, {reference}) as {reference},
                            coalesce(township_code, cases.{division}) as {division}
                        ),
                        coalesce({is_coded}, false) as is_coded,
                    from {self._whole[table]} as cases
                    left join shared.place on place.division_code = cases.{division}
                )
                select * {place} from coded order by {reference}
            """)
            self._prepared.add(name)
        return name

    def _columns(self, table: str) -> list[str]:
        return [column for column, *_ in self._database.execute(f"describe from {self._whole[table]}").fetchall()]

    def _emptied(self, table: str, what: dict[str, Any], condition: str) -> str:
        """Null in place of every column but those that are kept, where `condition` holds: a new column is not kept."""
        return ", ".join(
            f"if({condition}, null, {column}) as {column}"
            for column in self._columns(table)
            if column not in what["keeps"]
        )


@cache
def table_classes() -> dict[str, dict[str, Any]]:
    """What `tables.yml` says of each published table."""
    return yaml.safe_load(Path(__file__).with_name("tables.yml").read_text(encoding="utf-8"))


@cache
def sources_of_townships() -> list[str]:
    """The extracts whose rows lie in a township and in no village of it: their numbers say no more than that."""
    contracts = load_contracts()
    return sorted(
        source
        for source, contract in contracts.items()
        if all(column.cut_to_township for column in contract.columns if column.type == "code12")
    )


def _untraced(trace: str) -> str:
    """The column without its value where a record is coded; of a JSON text (`column.field`) without that field's."""
    column, _, field = trace.partition(".")
    emptied = f'json_merge_patch({column}, \'{{"{field}": "{EMPTIED}"}}\')::text' if field else "null"
    is_there = f"json_exists({column}, '$.{field}')" if field else "true"
    return f"if(is_coded and {is_there}, {emptied}, {column}) as {column}"


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    if isinstance(tree, dict):
        yield tree
        tree = list(tree.values())
    if isinstance(tree, list):
        for branch in tree:
            yield from _nodes(branch)
