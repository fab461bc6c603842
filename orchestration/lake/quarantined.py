"""Quarantined rows as a relation: whose each is, and by which number it is known.

Here: `lake.quarantined_row`, one row per quarantined row of the batches in `lake.batch`, without a cell of it but its
number. Not here: why a row is quarantined (landing), or whether it still stands (the model `quarantine_status`).

A number is kept where it is the record's whole key and not masked; one that a township gives says nothing where the
row's township is not known.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import duckdb

from orchestration import landing
from orchestration.contracts import Contract
from orchestration.installation.paths import Home
from orchestration.lake.parquet import quoted, rows_of, typed
from orchestration.landing.batch import quarantine_path

DIVISIONS = Path(landing.__file__).with_name("divisions.sql")
COLUMNS = {
    "batch_id": "varchar",
    "source": "varchar",
    "source_file": "varchar",
    "source_row": "bigint",
    "reason": "varchar",
    "township_code": "varchar",
    "number": "varchar",
    "giver_code": "varchar",
}
STORED = {
    "batch_id": "varchar",
    "source_file": "varchar",
    "source_row": "bigint",
    "reason": "varchar",
    "cells": "varchar",
}
CREATE = f"""
create table if not exists lake.quarantined_row ({typed(COLUMNS)});
delete from lake.quarantined_row where batch_id not in (select batch_id from lake.batch)
"""
BATCHES_TO_READ = """
    select source, batch_id from lake.batch
    where quarantined > 0 and batch_id not in (select batch_id from lake.quarantined_row)
    order by all
"""
# A code of another county's township, or of none, is for the file's scope to see to.
NEW_ROWS = """
    insert into lake.quarantined_row by name
    with placed as (
        select
            quarantined.*,
            source,
            scope_code,
            {number} as written,
            case
                when named.county_code in (batch.scope_code, scope.county_code) and reason <> 'out_of_scope'
                    then named.township_code
                else scope.township_code
            end as township_code,
        from ({rows}) as quarantined
        join lake.batch using (batch_id)
        left join known_township as named
            on named.system = '{system}' and named.code = left(cells ->> {place}, 9)
        left join known_township as scope
            on scope.system = 'nbs' and scope.township_code = batch.scope_code
    )

    select
        batch_id,
        source,
        source_file,
        source_row,
        reason,
        township_code,
        if(written not in ('', '***') and {is_a_number}, written, null) as number,
        {giver} as giver_code,
    from placed
"""


def write_quarantined(connection: duckdb.DuckDBPyConnection, home: Home, contracts: Mapping[str, Contract]) -> None:
    """Bring `lake.quarantined_row` up to `lake.batch`; of a batch it is read once."""
    for statement in connection.extract_statements(CREATE):
        connection.execute(statement)
    to_read: dict[str, list[Path]] = {}
    for source, batch_id in connection.execute(BATCHES_TO_READ).fetchall():
        to_read.setdefault(source, []).append(quarantine_path(home, source, batch_id))
    if to_read:
        _know_townships(connection, home)
    for source, paths in to_read.items():
        connection.execute(_new_rows(contracts[source], paths))


def _new_rows(contract: Contract, paths: list[Path]) -> str:
    key = [column for column in contract.columns if column.name in contract.key]
    is_kept = len(key) == 1 and not key[0].is_masked
    place = next((column.header for column in contract.columns if column.type == "code12"), "")
    return NEW_ROWS.format(
        rows=rows_of(paths, STORED),
        number=f"cells ->> {_member(key[0].header)}" if is_kept else "null",
        # Whoever numbers for a township gives the same number in the next one, too.
        is_a_number="township_code is not null" if contract.number_given_by == "township" else "true",
        giver=contract.number_giver("coalesce(township_code, scope_code)") if contract.number_given_by else "null",
        system=contract.division_system,
        place=_member(place),
    )


def _member(header: str) -> str:
    return quoted('$."' + header + '"')


def _know_townships(connection: duckdb.DuckDBPyConnection, home: Home) -> None:
    """Temporary table `known_township`: what the codes of both systems mean, by the seeds landing judged them by."""
    with closing(duckdb.connect()) as database:
        for statement in database.extract_statements(DIVISIONS.read_text(encoding="utf-8")):
            seeds = {name: str(home.seeds / f"{name}.csv") for name in statement.named_parameters}
            database.execute(statement, seeds)
        townships = database.execute(  # noqa: F841 - DuckDB reads it by its name
            """
            select 'nbs' as system, code, township_code, county_code from township_nbs
            union all by name
            select 'mca' as system, code, township_code, county_code from township_mca
            """
        ).to_arrow_table()
    connection.execute("create or replace temp table known_township as from townships")
