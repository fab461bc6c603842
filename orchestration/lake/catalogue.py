"""The lake as the warehouse sees it: what has landed, as tables and views of schema `lake` in the builder's file.

Here: batch records, one view per extract over exactly the committed files that speak, the waivers that count, the
months still to be built, and what the file was built from. Not here: which months those are (`rebuild_months`),
landing, or building.
"""

from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

import duckdb

from orchestration.contracts import Contract, load_contracts
from orchestration.installation.paths import Home
from orchestration.lake.quarantined import write_quarantined
from orchestration.lake.rebuild_months import rebuild_months
from orchestration.lake.waivers import InForce, write_waivers
from orchestration.landing.batch import Act, BatchRecord, read_batches

BATCH_COLUMNS = {
    "batch_id": "varchar",
    "sequence": "bigint",
    "source": "varchar",
    "scope_code": "varchar",
    "as_of": "date",
    "file_name": "varchar",
    "sha256": "varchar",
    "bytes": "bigint",
    "file_format": "varchar",
    "encoding": "varchar",
    "delimiter": "varchar",
    "sheet_name": "varchar",
    "contract_version": "integer",
    "rows_in": "bigint",
    "accepted": "bigint",
    "quarantined": "bigint",
    "non_data": "bigint",
    "quarantine_reasons": "varchar",
    "non_data_kinds": "varchar",
    "unreadable_cells": "varchar",
    "unreadable_rows": "varchar",
    "unknown_columns": "varchar",
    "is_synthetic": "boolean",
    "landed_at": "timestamp",
    "parquet_path": "varchar",
}
WITHDRAWN_COLUMNS = BATCH_COLUMNS | {
    "withdrawn_at": "timestamp",
    "withdrawn_by": "varchar",
    "withdrawn_reason": "varchar",
}
CREATE = f"""
create schema if not exists lake;
create table if not exists lake.batch ({", ".join(f"{name} {kind}" for name, kind in BATCH_COLUMNS.items())});
create table if not exists lake.withdrawn_batch (
    {", ".join(f"{name} {kind}" for name, kind in WITHDRAWN_COLUMNS.items())}
);
create table if not exists lake.rebuild_month (period_month date);
create table if not exists lake.made_by (fingerprint varchar);
create table if not exists lake.build (fingerprint varchar, edition_id varchar, waivers varchar)
"""


class WarehouseBusyError(Exception):
    """Another process has the builder's file open."""


@dataclass(frozen=True)
class Catalogued:
    """What the catalogue holds now: batches that speak, those that do no more, those it did not know, and the months to
    build (kept until a build succeeds)."""

    batches: list[BatchRecord]
    withdrawn: list[BatchRecord]
    arrived: list[BatchRecord]
    pending_months: list[date]


@contextmanager
def warehouse_connection(home: Home, read_only: bool = False) -> Generator[duckdb.DuckDBPyConnection]:
    """The builder's file, open for writing unless `read_only`; for whoever holds the installation's lock.

    Raises WarehouseBusyError if another process has it open.
    """
    try:
        connection = duckdb.connect(str(home.warehouse), read_only=read_only)
    except duckdb.IOException as error:
        if "lock" in str(error).lower():
            raise WarehouseBusyError(str(home.warehouse)) from error
        raise
    try:
        yield connection
    finally:
        connection.close()


def last_build(home: Home) -> tuple[str, str, str] | None:
    """Fingerprint, edition and digest of the waivers of the last build that succeeded in this file; None if there is
    none to be read.

    Raises WarehouseBusyError.
    """
    if not home.warehouse.exists():
        return None
    try:
        with warehouse_connection(home) as connection:
            return connection.execute("select fingerprint, edition_id, waivers from lake.build").fetchone()
    except duckdb.Error:
        return None


def discard_warehouse(home: Home) -> None:
    """Remove the builder's file: everything in it can be built again from the lake."""
    for file in (home.warehouse, home.warehouse.with_name(f"{home.warehouse.name}.wal")):
        file.unlink(missing_ok=True)


def made_by(connection: duckdb.DuckDBPyConnection) -> str | None:
    """The fingerprint of what the file is being built with; None before anything was catalogued in it."""
    known = connection.execute("select 1 from duckdb_tables() where schema_name = 'lake' and table_name = 'made_by'")
    found = connection.execute("from lake.made_by").fetchone() if known.fetchone() else None
    return found[0] if found else None


def catalogue(home: Home, waivers: InForce, fingerprint: str) -> Catalogued:
    """Take every committed batch into schema `lake`, and the waivers that count, in one transaction; `fingerprint` is
    of what the file is built with. A batch that was withdrawn stands in `lake.withdrawn_batch` alone: for whoever asks
    what has landed, it never did."""
    contracts = load_contracts()
    landed = [record for record in read_batches(home) if record.source in contracts]
    records = [record for record in landed if record.withdrawal is None]
    withdrawn = [record for record in landed if record.withdrawal is not None]
    home.warehouse.parent.mkdir(parents=True, exist_ok=True)
    with warehouse_connection(home) as connection, _transaction(connection):
        connection.execute(CREATE)
        known_ids = {batch_id for (batch_id,) in connection.execute("select batch_id from lake.batch").fetchall()}
        known = [record for record in records if record.batch_id in known_ids]
        arrived = [record for record in records if record.batch_id not in known_ids]
        write_lake(connection, home, records, withdrawn)
        if arrived:
            rebuild_months(connection, contracts, known, arrived, home.seeds)
        write_waivers(connection, waivers)
        connection.execute("delete from lake.made_by")
        connection.execute("insert into lake.made_by values ($1)", [fingerprint])
        pending = connection.execute("select period_month from lake.rebuild_month order by all").fetchall()
    return Catalogued(records, withdrawn, arrived, [month for (month,) in pending])


def write_lake(
    connection: duckdb.DuckDBPyConnection, home: Home, records: list[BatchRecord], withdrawn: list[BatchRecord]
) -> None:
    """Into schema `lake` (see CREATE) what stands in these batches, and of the withdrawn ones their records."""
    contracts = load_contracts()
    _write_rows(connection, "batch", [_cells(record) for record in records])
    _write_rows(
        connection,
        "withdrawn_batch",
        [[*_cells(one), *_act_cells(one.withdrawal)] for one in withdrawn if one.withdrawal],
    )
    write_quarantined(connection, home, contracts)
    for contract in contracts.values():
        _write_view(connection, contract, [record for record in records if record.source == contract.source])


def mark_built(home: Home, fingerprint: str, edition_id: str, waivers: str) -> None:
    """The build succeeded and its edition is out: nothing is pending any more."""
    with warehouse_connection(home) as connection, _transaction(connection):
        connection.execute("delete from lake.rebuild_month")
        connection.execute("delete from lake.build")
        connection.execute("insert into lake.build values ($1, $2, $3)", [fingerprint, edition_id, waivers])


@contextmanager
def _transaction(connection: duckdb.DuckDBPyConnection) -> Generator[None]:
    connection.begin()
    try:
        yield
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


def _write_rows(connection: duckdb.DuckDBPyConnection, table: str, rows: list[list[object]]) -> None:
    connection.execute(f"delete from lake.{table}")
    if rows:
        connection.executemany(f"insert into lake.{table} values ({', '.join('?' * len(rows[0]))})", rows)


def _cells(record: BatchRecord) -> list[object]:
    values = [getattr(record, name) for name in BATCH_COLUMNS]
    return [
        json.dumps(value, ensure_ascii=False, sort_keys=True) if isinstance(value, dict | list) else value
        for value in values
    ]


def _act_cells(act: Act) -> list[object]:
    return [act.at, act.by, act.reason]


def _write_view(connection: duckdb.DuckDBPyConnection, contract: Contract, records: list[BatchRecord]) -> None:
    """`lake.<source>`: the contract's columns, whatever version a file landed under; typed and empty without files."""
    typed = ", ".join(f"cast(null as {kind}) as {name}" for name, kind in contract.lake_columns.items())
    rows = f"select {typed} where false"
    if records:
        files = ", ".join("'" + record.parquet_path.replace("'", "''") + "'" for record in records)
        rows += (
            f" union all by name select * from read_parquet([{files}], union_by_name = true, hive_partitioning = false)"
        )
    names = ", ".join(contract.lake_columns)
    connection.execute(f"create or replace view lake.{contract.source} as select {names} from ({rows})")
