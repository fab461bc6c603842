"""The state of every failure, folded from the folders of all runs, and kept beside them with the run it stands at.

Here: the fold, and bringing the kept one up to date: with the folders after the run it stands at, or from the first one
if it is missing, unreadable, or stands on other folders than there are. Folding one by one, in parts or all at once
gives the same rows. Not here: what a run found.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from orchestration.lake.parquet import rows_of
from orchestration.ledger.folders import (
    FAILURE,
    LANDED_TO,
    RESULT,
    committed,
    read_notes,
    same_record,
    write_parquet,
)

STATE_KEY = {"rule_id": "varchar", "source": "varchar", "record_ref": "varchar", "division_code": "varchar"}
STATE_PLACE = {
    "origin": "varchar",
    "period_start": "date",
    "batch_id": "varchar",
    "source_file": "varchar",
    "source_row": "bigint",
}
LEDGER = {
    **STATE_KEY,
    **STATE_PLACE,
    "first_seen": "date",
    "last_seen": "date",
    "runs_failing": "bigint",
    "resolved_on": "date",
    "reopened_on": "date",
    "times_reopened": "bigint",
    "is_waived": "boolean",
    "first_run": "varchar",
    "last_run": "varchar",
    "resolved_run": "varchar",
}
STATES = {"ledger": LEDGER, "results": RESULT}
STANDS_AT, FOLDERS = "stands_at", "folders"

# A run before the ledger knew more than failing rows wrote one for each month; one before it knew a record's township
# ended its failures wherever they were.
EVENTS = """
    create or replace temp table event as
    with told as (
        select
            * exclude (township_code, period_month) replace (
                coalesce(origin, 'expectation') as origin,
                coalesce(is_failing, true) as is_failing,
                coalesce(is_seen, true) as is_seen,
                coalesce(is_waived, false) as is_waived
            ),
            township_code as division_code,
            period_month as period_start,
            strptime(left(run_id, 8), '%Y%m%d')::date as day,
        from ({rows})
        qualify row_number() over (
            partition by run_id, rule_id, source, record_ref, township_code
            order by period_month desc nulls last, source_file, source_row
        ) = 1
    ),

    placed as (
        select distinct rule_id, source, record_ref, division_code from ledger
        union
        select distinct rule_id, source, record_ref, division_code from told where is_failing
    ),

    wherever as (
        select * from placed
        qualify count(*) filter (division_code is null) over (partition by rule_id, source, record_ref) = 0
    )

    select told.* replace (coalesce(told.division_code, wherever.division_code) as division_code)
    from told
    left join wherever
        on told.division_code is null
        and not told.is_failing
        and (told.rule_id, told.source, told.record_ref) = (wherever.rule_id, wherever.source, wherever.record_ref)
"""

# What is known of a record so far comes before anything that happens to it.
FOLD = """
    create or replace temp table ledger as
    with happening as (
        select
            {key}, '' as run_id,
            {place_struct} as place,
            true as is_telling, resolved_on is null as is_failing,
            first_seen, last_seen, runs_failing, resolved_on, reopened_on, times_reopened, is_waived,
            first_run, last_run, resolved_run,
        from ledger
        semi join event on {same}

        union all by name

        select
            {key}, run_id,
            {place_struct} as place,
            is_failing or is_seen as is_telling, is_failing,
            day as first_seen,
            if(is_seen, day, null) as last_seen,
            if(is_seen and not is_waived, 1, 0) as runs_failing,
            if(is_failing, null, day) as resolved_on,
            0 as times_reopened,
            is_failing and is_waived as is_waived,
            run_id as first_run,
            if(is_seen, run_id, null) as last_run,
            if(is_failing, null, run_id) as resolved_run,
        from event
    ),

    in_order as (
        select
            *,
            is_failing and not lag(is_failing, 1, true) over (
                partition by {key} order by run_id
            ) as is_reopening,
        from happening
    ),

    folded as (
        select
            {key},
            unnest(arg_max(place, run_id) filter (is_telling)),
            min(first_seen) as first_seen,
            max(last_seen) as last_seen,
            sum(runs_failing)::bigint as runs_failing,
            unnest(arg_max(
                {{'resolved_on': resolved_on, 'is_waived': is_waived, 'resolved_run': resolved_run}}, run_id
            )),
            greatest(max(reopened_on), max(first_seen) filter (is_reopening)) as reopened_on,
            (sum(times_reopened) + count(*) filter (is_reopening))::bigint as times_reopened,
            arg_min(first_run, run_id) as first_run,
            max(last_run) as last_run,
        from in_order
        group by {key}
    ),

    ledger as (
        from ledger anti join event on {same}
        union all by name
        from folded
    )

    select {columns} from ledger
"""


def bring_up_to_date(connection: duckdb.DuckDBPyConnection, quality: Path) -> int:
    """Fill the temporary tables `ledger` and `results` from all folders below `quality`, and keep both there. Returns
    the sequence of the newest batch that the ledger knows, 0 before the first."""
    names = committed(quality)
    landed_to = 0
    for state, columns in STATES.items():
        kept = quality / f"{state}.parquet"
        notes = _notes_that_fit(connection, kept, names)
        new = [name for name in names if notes is None or name > notes[STANDS_AT]]
        rows = rows_of([kept] if notes else [], columns)
        connection.execute(f"create or replace temp table {state} as {rows}")
        known = [int((notes or {}).get(LANDED_TO, 0))]
        if new:
            known += [int(read_notes(connection, quality / name / "result.parquet").get(LANDED_TO, 0)) for name in new]
            _add(connection, state, [quality / name for name in new])
            written = {STANDS_AT: names[-1], FOLDERS: str(len(names)), LANDED_TO: str(max(known))}
            write_parquet(connection, f"from {state} order by all nulls last", kept, written)
        landed_to = max(known)
    return landed_to


def _add(connection: duckdb.DuckDBPyConnection, state: str, folders: list[Path]) -> None:
    if state == "results":
        rows = rows_of([folder / "result.parquet" for folder in folders], RESULT)
        connection.execute(f"insert into results {rows}")
        return
    place = "{" + ", ".join(f"'{name}': {name}" for name in STATE_PLACE) + "}"
    connection.execute(EVENTS.format(rows=rows_of([folder / "failure.parquet" for folder in folders], FAILURE)))
    said = {"key": ", ".join(STATE_KEY), "same": same_record("ledger", "event"), "columns": ", ".join(LEDGER)}
    connection.execute(FOLD.format(place_struct=place, **said))


def _notes_that_fit(connection: duckdb.DuckDBPyConnection, kept: Path, names: list[str]) -> dict[str, str] | None:
    """The notes of a kept state that was folded from just the folders up to the one it stands at; else None."""
    try:
        notes = read_notes(connection, kept) if kept.exists() else {}
        connection.execute(f"select count(*) from read_parquet([{str(kept)!r}])") if notes else None
    except duckdb.Error:
        return None
    folded = [name for name in names if name <= notes.get(STANDS_AT, "")]
    is_fitting = bool(folded) and folded[-1] == notes[STANDS_AT] and notes.get(FOLDERS) == str(len(folded))
    return notes if is_fitting else None
