"""What was checked of what the builder's file holds: schema `audit` in that very file, and the gate before publication.

- `step`: the checking steps of a run that came to their end, on which inputs, and whether nothing that blocks failed.
- `executed_check`: every dbt test, and every expectation on a published table, of those steps.
- `audited_table`: what each table held when the last of them ended.

A step that begins takes back its own word and that of all steps after it, so that all words stand at once only if the
steps ran in their order since anything was built, whoever started them. Publication asks for all of them, on the inputs
that the file has now, for tables that hold what they held. Not here: a check, or what is said of one that fails.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass

import duckdb

from orchestration.installation.errors import BilingualError
from orchestration.installation.paths import Home
from orchestration.installation.sql import only_row
from orchestration.lake.catalogue import made_by
from orchestration.warehouse_build.fingerprint import build_fingerprint

STEPS = ("staging", "validation", "warehouse", "ledger", "quality")
CREATE = """
    create schema if not exists audit;
    create table if not exists audit.step (step varchar, run_id varchar, inputs varchar, passed boolean);
    create table if not exists audit.executed_check (
        step varchar, origin varchar, rule_id varchar, source varchar, status varchar, rows_failed bigint, query varchar
    );
    create table if not exists audit.audited_table (table_name varchar, content varchar);
"""
BATCHES = "select batch_id from lake.batch order by all"
WAIVERS = "select * from quality.waiver order by all"
OF_PUBLISHED = "select table_name from duckdb_tables() where schema_name = 'published' order by all"


class NotAuditedError(BilingualError):
    """What the builder's file holds has not passed all checks as it is."""


@dataclass(frozen=True)
class ExecutedCheck:
    """How a check ended: `pass`, `fail` (blocks), `warn`, or dbt's word for one that could not be run. `query` gives
    the failing rows of a dbt test; `rows_failed` is null where an expectation counts none."""

    origin: str
    rule_id: str
    source: str
    status: str
    rows_failed: int | None
    query: str | None = None

    @property
    def is_executed(self) -> bool:
        return self.status in ("pass", "fail", "warn")


def inputs_of(connection: duckdb.DuckDBPyConnection, home: Home) -> str:
    """Digest of what the file is built from: the batches that speak, the waivers, and all that makes figures of them.
    Raises NotAuditedError if the file was begun by other code, seeds or settings than those in force."""
    fingerprint = build_fingerprint(home)
    if made_by(connection) != fingerprint:
        raise NotAuditedError("audit.made_by_others")
    listed = [fingerprint, connection.execute(BATCHES).fetchall(), connection.execute(WAIVERS).fetchall()]
    return hashlib.sha256(json.dumps(listed, default=str, ensure_ascii=False).encode()).hexdigest()


def begin(connection: duckdb.DuckDBPyConnection, step: str) -> None:
    """Take back what `step` and those after it have said."""
    connection.execute(CREATE)
    from_here = list(STEPS[STEPS.index(step) :])
    for table in ("step", "executed_check"):
        connection.execute(f"delete from audit.{table} where list_contains($steps, step)", {"steps": from_here})
    connection.execute("delete from audit.audited_table")


def keep_checks(connection: duckdb.DuckDBPyConnection, step: str, checks: Sequence[ExecutedCheck]) -> None:
    """How checks of `step`, which goes on, ended."""
    if checks:
        marks = ", ".join("?" * 7)
        connection.executemany(
            f"insert into audit.executed_check values ({marks})", [(step, *astuple(check)) for check in checks]
        )


def end(connection: duckdb.DuckDBPyConnection, home: Home, step: str, run_id: str, passed: bool) -> None:
    """`step` came to its end; after the last one it is written what was checked."""
    row = [step, run_id, inputs_of(connection, home), passed]
    connection.begin()
    connection.execute("insert into audit.step values ($1, $2, $3, $4)", row)
    if step == STEPS[-1]:
        rows = list(published_contents(connection).items())
        connection.executemany("insert into audit.audited_table values (?, ?)", rows or [("", "")])
    connection.commit()


def executed_checks(connection: duckdb.DuckDBPyConnection, steps: Iterable[str] = STEPS) -> list[ExecutedCheck]:
    """The checks of `steps`, in the order of their names."""
    connection.execute(CREATE)
    rows = connection.execute(
        "select * exclude (step) from audit.executed_check where list_contains($steps, step) order by all",
        {"steps": list(steps)},
    ).fetchall()
    return [ExecutedCheck(*row) for row in rows]


def run_of(connection: duckdb.DuckDBPyConnection, step: str) -> str | None:
    """The run in which `step` came to its end; None if it has not since something before it was built."""
    connection.execute(CREATE)
    found = connection.execute("select run_id from audit.step where step = $1", [step]).fetchone()
    return found[0] if found else None


def require_audited(connection: duckdb.DuckDBPyConnection, home: Home) -> dict[str, str]:
    """What the published tables held when all checks had passed on the inputs that the file has now, by table. Raises
    NotAuditedError."""
    connection.execute(CREATE)
    inputs = inputs_of(connection, home)
    passed = dict(
        connection.execute("select step, passed from audit.step where inputs = $inputs", {"inputs": inputs}).fetchall()
    )
    if lacking := [step for step in STEPS if not passed.get(step)]:
        raise NotAuditedError("audit.lacking", steps=", ".join(lacking))
    return dict(connection.execute("from audit.audited_table").fetchall())


def is_as_audited(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether the published tables hold what they held when they were checked; also true where none were."""
    connection.execute(CREATE)
    audited = dict(connection.execute("from audit.audited_table").fetchall())
    return not audited or audited == published_contents(connection)


def published_contents(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Of every table about to be published how many rows it has and a hash of what they hold, in any order."""
    tables = [table for (table,) in connection.execute(OF_PUBLISHED).fetchall()]
    return {table: content_of(connection, f"published.{table}") for table in tables}


def content_of(connection: duckdb.DuckDBPyConnection, table: str) -> str:
    """Rows and hash of a table; the engine's own hash, which is good within one version of it."""
    rows, content = only_row(
        connection.execute(f"select count(*), coalesce(bit_xor(hash(row_of)), 0) from (from {table}) as row_of")
    )
    return f"{rows}:{content:016x}"
