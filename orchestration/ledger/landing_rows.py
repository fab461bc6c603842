"""Quarantined rows as failures: how a record is referred to, whose it is, and whether it is still missing.

Here: the rows of the batches that the ledger does not know yet, and the ones that it knows as failing; of all batches
where the builder's file was begun anew, because rows that another file had outdated fail again once that file is
withdrawn. Not here: why a row is quarantined (landing), or the clerks' lists (`quarantine_export`).

A row is referred to by the record's own key where quarantine keeps it, else by file and line; a number that a township
gives says nothing where the row's township is not known. It fails until another
file speaks in place of its own: for a snapshot the newest one of its township (of its scope, where no township is
known), for a ledger a file of the same scope and as-of, or an accepted row of the same key from a later file.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import duckdb

from expectations.findings import waived
from orchestration import landing
from orchestration.contracts import Contract, load_contracts
from orchestration.installation.paths import Home
from orchestration.landing.batch import quarantine_path
from orchestration.ledger.folders import KEY, PLACE, quoted, rows_of, typed

DIVISIONS = Path(landing.__file__).with_name("divisions.sql")
QUARANTINED = {
    "batch_id": "varchar",
    "source_file": "varchar",
    "source_row": "bigint",
    "reason": "varchar",
    "cells": "varchar",
}
CANDIDATE = {**KEY, **PLACE, "is_snapshot": "boolean", "is_seen": "boolean", "is_outdated": "boolean"}

BATCHES_TO_READ = """
    select source, batch_id from lake.batch
    where quarantined > 0 and (sequence > $landed_to or not exists (from lake.build))
    order by all
"""

# A code of another county's township, or of none, is for the file's scope to see to.
NEW_ROWS = """
    insert into candidate by name
    with placed as (
        select
            quarantined.*,
            source,
            sequence,
            as_of,
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
        'landing:' || reason as rule_id,
        source,
        {reference} as record_ref,
        'landing' as origin,
        township_code,
        cast(date_trunc('month', as_of) as date) as period_month,
        batch_id,
        source_file,
        source_row,
        {is_snapshot} as is_snapshot,
        sequence > {landed_to} as is_seen,
        false as is_outdated,
    from placed
"""

KNOWN_ROWS = """
    insert into candidate by name
    select
        rule_id, source, record_ref, origin, division_code as township_code, period_start as period_month, batch_id,
        source_file, source_row, source in (select unnest($snapshots)) as is_snapshot, false as is_seen,
        false as is_outdated,
    from ledger
    where origin = 'landing' and resolved_on is null
"""

OUTDATED = """
    update candidate set is_outdated = true
    from lake.batch as own, lake.batch as other
    where
        own.batch_id = candidate.batch_id
        and (other.source, other.scope_code) = (own.source, own.scope_code)
        and if(
            is_snapshot,
            (other.as_of, other.sequence) > (own.as_of, own.sequence),
            other.as_of = own.as_of and other.sequence > own.sequence
        )
"""

GOVERNED_BY_ANOTHER = """
    update candidate set is_outdated = true
    from (
        select source, township_code, arg_max(batch_id, period_month) as batch_id
        from staging.governing_snapshot
        group by all
    ) as newest
    where
        (newest.source, newest.township_code) = (candidate.source, candidate.township_code)
        and newest.batch_id <> candidate.batch_id
"""

ACCEPTED_LATER = """
    update candidate set is_outdated = true
    from staging.stg_{source} as accepted, lake.batch as own, lake.batch as later
    where
        candidate.source = '{source}'
        and accepted.{key} = candidate.record_ref
        and accepted.giver_code = {giver}
        and own.batch_id = candidate.batch_id
        and later.batch_id = accepted.batch_id
        and (later.as_of > own.as_of or later.sequence > own.sequence)
"""

WAIVED = waived(*(f"candidate.{name}" for name in KEY), "batch.as_of")
STANDING = f"""
    insert into standing by name
    select
        candidate.* exclude (is_snapshot, is_outdated),
        not is_outdated as is_standing,
        {WAIVED} as is_waived,
    from candidate
    join lake.batch using (batch_id)
    qualify row_number() over (
        partition by candidate.rule_id, candidate.source, record_ref, township_code
        order by is_outdated, batch.sequence desc, source_row desc, is_seen desc
    ) = 1
"""


def add_quarantined(connection: duckdb.DuckDBPyConnection, home: Home, landed_to: int) -> None:
    """What landing set aside: needs temporary table `ledger`, and adds to `standing`. `landed_to` is the sequence of
    the newest batch that the ledger knows."""
    contracts = load_contracts()
    snapshots = [source for source, contract in contracts.items() if contract.shape == "snapshot"]
    connection.execute(f"create or replace temp table candidate ({typed(CANDIDATE)})")
    connection.execute(KNOWN_ROWS, {"snapshots": snapshots})
    to_read: dict[str, list[Path]] = {}
    for source, batch_id in connection.execute(BATCHES_TO_READ, {"landed_to": landed_to}).fetchall():
        to_read.setdefault(source, []).append(quarantine_path(home, source, batch_id))
    if to_read:
        _know_townships(connection, home)
    for source, paths in to_read.items():
        connection.execute(_new_rows(contracts[source], paths, landed_to))
    connection.execute(OUTDATED)
    connection.execute(GOVERNED_BY_ANOTHER)
    for source, contract in contracts.items():
        if contract.shape == "ledger" and _kept_key(contract):
            giver = contract.number_giver("coalesce(candidate.township_code, own.scope_code)")
            connection.execute(ACCEPTED_LATER.format(source=source, key=contract.key[0], giver=giver))
    connection.execute(STANDING)


def _new_rows(contract: Contract, paths: list[Path], landed_to: int) -> str:
    place = next((column.header for column in contract.columns if column.type == "code12"), "")
    reference = "source_file || ':' || source_row"
    if header := _kept_key(contract):
        cell = f"(cells ->> {_member(header)})"
        # Whoever numbers for a township gives the same number in the next one, too.
        is_a_number = "township_code is not null" if contract.number_given_by == "township" else "true"
        reference = f"case when {cell} not in ('', '***') and {is_a_number} then {cell} else {reference} end"
    return NEW_ROWS.format(
        reference=reference,
        is_snapshot=contract.shape == "snapshot",
        rows=rows_of(paths, QUARANTINED),
        system=contract.division_system,
        place=_member(place),
        landed_to=int(landed_to),
    )


def _kept_key(contract: Contract) -> str | None:
    """The header of the one column that is the record's key, if its text is kept."""
    key = [column for column in contract.columns if column.name in contract.key]
    return key[0].header if len(key) == 1 and not key[0].is_masked else None


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
