"""Which months a set of new batches can change: the only knowledge that lets a run build less than everything.

Here: months, from batch records, the arrived rows and the rows that governed before. Not here: building them. Too many
months cost time; one too few is a wrong figure, so every rule errs on the side of more:

- a snapshot changes the month of its as-of;
- a ledger row changes the months of the events and the due dates of all versions of its number, wherever and whenever
  they were exported: it may replace one (with the same content too: its file and line are published), show that another
  stands in a wrong place, or that two are rows of two books;
- a ledger that reaches further than the newest one of a township before (D, see the indicators) changes everything from
  the month of the old D on: what was pending may be decided;
- a later clock (the newest as-of) ends delivery terms: everything from the month before the old clock's on;
- a township's first ledger, and a row as early as the earliest of its county, change when the ledger began to count:
  everything from the county's earliest month on.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

import duckdb

from orchestration.contracts import Contract
from orchestration.landing.batch import BatchRecord
from warehouse.model_sql import model_sql

# Every month that a table can have a row of: the span of the events, their due dates and the as-of dates.
SPAN = """
    select cast(unnest(generate_series(min(month), max(month), interval 1 month)) as date) as period_month from span
"""


def rebuild_months(
    connection: duckdb.DuckDBPyConnection,
    contracts: dict[str, Contract],
    known: Iterable[BatchRecord],
    arrived: Iterable[BatchRecord],
    seeds: Path,
) -> None:
    """Add to `lake.rebuild_month` what `arrived` can change in tables that were built from `known`.

    Needs `lake.batch` and the views `lake.<source>` over both, and the staging tables as the last build left them.
    Without known batches that is every month.
    """
    known, arrived = list(known), list(arrived)
    _prepare(connection, contracts, seeds)
    connection.execute(f"create or replace temp table month as {SPAN}")
    if not known:
        _add(connection, "select period_month from month")
        return
    clock = max(record.as_of for record in known)
    if any(record.as_of > clock for record in arrived):
        _add(connection, "select period_month from month where period_month >= $since", since=_month_before(clock))
    snapshots = {record.as_of.replace(day=1) for record in arrived if contracts[record.source].shape == "snapshot"}
    _add(connection, "select unnest($as_of_months)", as_of_months=sorted(snapshots))
    for source in sorted({record.source for record in arrived}):
        if contracts[source].shape == "ledger":
            batch_ids = [record.batch_id for record in arrived if record.source == source]
            _add_ledger(connection, contracts[source], batch_ids)


def _month_before(day: date) -> date:
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def _add(connection: duckdb.DuckDBPyConnection, months: str, **values: object) -> None:
    connection.execute(
        f"""insert into lake.rebuild_month
            select distinct changed.period_month from ({months}) as changed (period_month)
            where changed.period_month not in (select period_month from lake.rebuild_month)""",
        values or None,
    )


def _prepare(connection: duckdb.DuckDBPyConnection, contracts: dict[str, Contract], seeds: Path) -> None:
    """Temporary tables: `township` (every ancestor of each township), `deadline` (the longest), `span` (all months)."""
    connection.execute(
        f"""
        create or replace temp table township as
        with division as (
            select division_code, parent_code, level from read_csv($divisions, all_varchar = true, header = true)
        ),
        ancestor as ({model_sql("dim_division_ancestor", {"dim_division": "division"})})
        select division_code as township_code, ancestor_code as scope_code, parent_code as county_code
        from ancestor inner join division using (division_code)
        where level = 'township'
        """,
        {"divisions": str(seeds / "divisions.csv")},
    )
    connection.execute(
        """
        create or replace temp table deadline as
        select coalesce(max(cast(due_days as integer)), 0) as days
        from read_csv($deadlines, all_varchar = true, header = true)
        """,
        {"deadlines": str(seeds / "deadlines.csv")},
    )
    connection.execute(
        """
        create or replace temp table span as
        select cast(date_trunc('month', as_of) as date) as month from lake.batch
        """
    )
    for contract in contracts.values():
        if contract.shape == "ledger":
            connection.execute(
                f"""
                insert into span
                select cast(date_trunc('month', min({contract.event_column})) as date) from lake.{contract.source}
                union all
                select cast(date_trunc('month', max({contract.event_column}) + to_days((from deadline))) as date)
                from lake.{contract.source}
                """
            )


def _add_ledger(connection: duckdb.DuckDBPyConnection, contract: Contract, batch_ids: list[str]) -> None:
    """The three rules for ledgers, for the arrived batches of one source."""
    keys = ", ".join(contract.key)
    batches = {"batches": batch_ids}
    versions = f"""
        from lake.{contract.source}
        semi join (from lake.{contract.source} where batch_id in (select unnest($batches))) as arrived using ({keys})
    """
    connection.execute(f"create or replace temp table governing as {_events(contract, _staging(connection, contract))}")
    connection.execute(
        f"""
        create or replace temp table moved as
        select distinct
            county_code,
            cast(date_trunc('month', event_at) as date) as first_month,
            cast(date_trunc('month', event_at + to_days((from deadline))) as date) as last_month
        from ({_events(contract, versions)})
        """,
        batches,
    )
    _add(connection, "select period_month from month join moved on period_month between first_month and last_month")
    _add(connection, FROM_THE_BEGINNING)
    _add(connection, FROM_THE_OLD_END, source=contract.source, **batches)


def _events(contract: Contract, rows: str) -> str:
    """Event and county of each of a ledger's `rows`."""
    return f"""
        select cast({contract.event_column} as timestamp) as event_at, county_code
        from ({rows}) as rows
        left join (select distinct township_code as known_township, county_code from township)
            on left(rows.{contract.place}, 9) || '000' = known_township
    """


BEGINNING = """
    select county_code, cast(date_trunc('month', min(event_at)) as date) as first_month from governing group by all
"""

FROM_THE_BEGINNING = f"""
    with beginning as ({BEGINNING}),
    reached as (select county_code, min(first_month) as first_month from moved group by all),
    earlier as (
        select reached.first_month from reached left join beginning using (county_code)
        where beginning.first_month is null or reached.first_month <= beginning.first_month
    )
    select period_month from month where period_month >= (select min(first_month) from earlier)
"""

FROM_THE_OLD_END = f"""
    with beginning as (
        select county_code, min(first_month) as first_month
        from (({BEGINNING}) union all select county_code, first_month from moved) group by all
    ),
    coverage as (
        select township_code, county_code, as_of, batch_id in (select unnest($batches)) as is_new
        from lake.batch inner join township using (scope_code)
        where source = $source
    ),
    known_end as (
        select township_code, max(as_of) as data_until from coverage where not is_new group by all
    ),
    new_end as (
        select township_code, county_code, max(as_of) as data_until from coverage where is_new group by all
    ),
    extended as (
        select case
            when known_end.data_until is null then coalesce(beginning.first_month, new_end.data_until)
            when new_end.data_until > known_end.data_until then known_end.data_until
        end as since
        from new_end
        left join known_end using (township_code)
        left join beginning on new_end.county_code is not distinct from beginning.county_code
    )
    select period_month from month where period_month >= (select date_trunc('month', min(since)) from extended)
"""


def _staging(connection: duckdb.DuckDBPyConnection, contract: Contract) -> str:
    """The governing rows of the last build; before the first one, none."""
    exists = connection.execute(
        "select 1 from information_schema.tables where table_schema = 'staging' and table_name = $name",
        {"name": f"stg_{contract.source}"},
    ).fetchone()
    return f"from staging.stg_{contract.source}" if exists else f"from lake.{contract.source} where false"
