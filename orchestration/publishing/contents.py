"""What an edition's file holds: the published tables in the order of their keys, and its stamp.

Here: the SQL that copies. Not here: where the file lies, or any figure. Rows are in one order, whatever thread wrote
them first, so that two builds of the same lake give the same tables.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb
from pydantic import BaseModel, Field

from orchestration.installation.sql import only_row
from orchestration.lake.waivers import InForce, waivers_digest
from orchestration.landing.batch import Act, withdrawals_digest
from orchestration.warehouse_build.audit import ExecutedCheck, NotAuditedError, content_of

# What a run found, or found changed, differs between runs over the same lake, so it does not count as content.
STAMPED_TABLES = ("edition", "fct_quality_failure", "fct_quality_result", "fct_quality_repair", "fct_rule_change")


class EditionStamp(BaseModel):
    """`edition.json`; table `edition` holds the same but for the count of rules that some row fails, the
    waivers, the withdrawals, the rules (table `fct_rule_change`) and the digests."""

    edition_id: str
    created_at: datetime
    software_version: str
    newest_month: str | None
    batch_ids: list[str]
    checks_summary: dict[str, int]
    failing_rules: int
    waivers: str = Field(description="digest of the waivers that counted")
    rules: dict[str, Any] = Field(
        default={}, description="what changed in the rules since the edition before, and who accepted it"
    )
    withdrawals: str = Field(default="", description="digest of the batches that were withdrawn; empty where none was")
    digests: dict[str, str] = Field(description="of each table that follows from the lake alone, see `table_digests`")


# The month of the data's own clock; cases that fall due later are published too, but nothing is known of those months.
NEWEST_MONTH = "select cast(date_trunc('month', max(as_of)) as date) from fct_batch where batch_id not in $withdrawn"
FAILING_RULES = """
    select count(distinct rule_id) from fct_quality_result
    where origin = 'expectation' and is_current and rows_failed > 0
"""
# One row per rule and column that differs from the edition before; column `*` where a rule appears or disappears.
# Without a first day it is about all time before, without a last day about all after.
RULE_CHANGES = """
    create table fct_rule_change (
        seed varchar not null, rule_ref varchar not null, column_name varchar not null, first_day date,
        change varchar not null, indicator_code varchar, scope_code varchar, last_day date, was varchar,
        becomes varchar, touches_closed boolean not null, accepted_by varchar, accepted_at timestamp
    )
"""
LAST_TESTS = (
    """
    create temp table last_test as
    select * exclude (period_month), period_month as period_start, true as is_current
    from builder.quality.result
    where run_id = (select max(run_id) from builder.quality.result)
        and (run_id, rule_id, source) not in (select (run_id, rule_id, source) from fct_quality_result)
    """,
    """
    update fct_quality_result set is_current = false
    where (rule_id, source) in (select (rule_id, source) from last_test)
    """,
    "insert into fct_quality_result by name from last_test",
    "drop table last_test",
)


def copy_published(warehouse: Path, edition: Path, audited: Mapping[str, str]) -> dict[str, str]:
    """Copy schema `published` of `warehouse` to schema `main` of the new file `edition`; the digests of its tables.

    Raises NotAuditedError if a table does not hold what it held when it was checked (`audited`, see `audit`)."""
    with duckdb.connect(str(edition)) as connection:
        connection.execute(f"attach '{_quoted(warehouse)}' as builder (read_only)")
        tables = connection.execute(
            """select table_name from information_schema.tables
               where table_catalog = 'builder' and table_schema = 'published' order by table_name"""
        ).fetchall()
        for (table,) in tables:
            # Keys come first in every published table, so ordering by all columns is ordering by key.
            connection.execute(f"create table {table} as select * from builder.published.{table} order by all")
        changed = [table for (table,) in tables if content_of(connection, table) != audited.get(table)]
        if changed or len(tables) != len(audited):
            raise NotAuditedError("audit.changed", tables=", ".join(changed) or "-")
        if ("fct_quality_result",) in tables:
            _append_last_tests(connection)
        connection.execute("detach builder")
        digests = table_digests(connection)
        connection.execute("checkpoint")
    return digests


def stamp_edition(
    edition: Path,
    edition_id: str,
    created_at: datetime,
    checks: Sequence[ExecutedCheck],
    waivers: InForce,
    rules: dict[str, Any],
    withdrawn: Mapping[str, Act],
    digests: dict[str, str],
) -> EditionStamp:
    """Add tables `edition` and `fct_rule_change` to the file: which one this is and what it was made from, and what
    changed in the rules since the one before."""
    with duckdb.connect(str(edition)) as connection:
        (newest,) = only_row(connection.execute(NEWEST_MONTH, {"withdrawn": list(withdrawn)}))
        (failing_rules,) = only_row(connection.execute(FAILING_RULES))
        batches = connection.execute("select batch_id from fct_batch order by all").fetchall()
        stamp = EditionStamp(
            edition_id=edition_id,
            created_at=created_at,
            software_version=version("shuangbai"),
            newest_month=newest.isoformat() if newest else None,
            batch_ids=[batch_id for (batch_id,) in batches],
            checks_summary={
                status: sum(check.status == status for check in checks if check.origin == "dbt")
                for status in ("pass", "warn", "fail")
            },
            failing_rules=failing_rules,
            waivers=waivers_digest(waivers),
            rules=rules,
            withdrawals=withdrawals_digest(withdrawn),
            digests=digests,
        )
        connection.execute(
            """create table edition as select $1 as edition_id, cast($2 as timestamp) as created_at,
               $3 as software_version, cast($4 as date) as newest_month, cast($5 as varchar[]) as batch_ids,
               $6 as checks_summary""",
            [
                stamp.edition_id,
                created_at.replace(tzinfo=None),
                stamp.software_version,
                stamp.newest_month,
                stamp.batch_ids,
                json.dumps(stamp.checks_summary),
            ],
        )
        _write_rule_changes(connection, rules)
        connection.execute("checkpoint")
    return stamp


def _write_rule_changes(connection: duckdb.DuckDBPyConnection, rules: dict[str, Any]) -> None:
    connection.execute(RULE_CHANGES)
    names = [name for name, *_ in connection.execute("describe fct_rule_change").fetchall()]
    if rows := [[(rules | change)[name] for name in names] for change in rules.get("changes", [])]:
        connection.executemany(f"insert into fct_rule_change values ({', '.join('?' * len(names))})", rows)


def _append_last_tests(connection: duckdb.DuckDBPyConnection) -> None:
    """The tests of the tables that tell of failures ran after these were built: their results come last."""
    for statement in LAST_TESTS:
        connection.execute(statement)


def table_digests(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Of every table of an edition that follows from the lake alone: how many rows it has and what they hold.

    Equal for content equal to the last bit, whatever the order of rows; no two rows of a table are equal.
    """
    tables = connection.execute(
        """select table_name from duckdb_tables() where database_name = current_database() and schema_name = 'main'
           order by table_name"""
    ).fetchall()
    digests = {}
    for (table,) in tables:
        if table not in STAMPED_TABLES:
            rows, content = only_row(
                connection.execute(
                    f"""select count(*), coalesce(bit_xor(md5_number(cast(row_of as varchar))), 0)
                        from (from {table}) as row_of"""
                )
            )
            digests[table] = f"{rows}:{content:032x}"
    return digests


def content_hash(digests: dict[str, str]) -> str:
    """One hash for all tables; its beginning ends an edition's id."""
    return hashlib.sha256(json.dumps(digests, sort_keys=True).encode()).hexdigest()


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
