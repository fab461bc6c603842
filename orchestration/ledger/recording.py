"""One run into the ledger: what fails now against what was known, as one more folder.

Here: which failures a run may end, the results of all its checks, and schema `quality` as the findings' models read it
(`ledger`, `result`). Not here: what fails (`standing`), the states (`fold`), the files (`folders`).
"""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from orchestration.installation.paths import Home
from orchestration.installation.sql import only_row
from orchestration.lake.catalogue import warehouse_connection
from orchestration.lake.parquet import typed
from orchestration.ledger.dbt_rows import add_tests
from orchestration.ledger.fold import bring_up_to_date
from orchestration.ledger.folders import FAILURE, RESULT, same_record, write_folder
from orchestration.ledger.landing_rows import add_quarantined
from orchestration.ledger.standing import CREATE, add_expectations
from orchestration.warehouse_build.audit import ExecutedCheck, executed_checks, run_of

# Nothing is written of a record that neither changed nor was looked at again; where it fails may change without that,
# when it stood in two files and one of them was put right. `judged` are the rules whose word this
# run has heard: only they can end a failure.
CHANGES = f"""
    insert into failure by name
    select
        $run_id as run_id, standing.* exclude (is_standing, is_seen),
        is_standing as is_failing,
        standing.is_seen or ledger.rule_id is null as is_seen,
    from standing
    left join ledger on {same_record("ledger", "standing", "township_code")}
    where
        if(
            is_standing,
            standing.is_seen or ledger.rule_id is null or ledger.resolved_on is not null
            or ledger.is_waived <> standing.is_waived
            or (ledger.period_start, ledger.batch_id, ledger.source_file, ledger.source_row)
            is distinct from (period_month, standing.batch_id, standing.source_file, standing.source_row),
            ledger.rule_id is null
        );

    insert into failure by name
    select
        $run_id as run_id, rule_id, source, record_ref, division_code as township_code, origin,
        false as is_failing, false as is_seen, false as is_waived,
    from ledger
    anti join (from standing where is_standing) as still on {same_record("ledger", "still", "township_code")}
    where resolved_on is null and (rule_id, source) in (select (rule_id, source) from judged);
"""

IS_STAGED = """
    select count(*) > 0 from duckdb_tables() where schema_name = 'staging' and table_name = 'quarantine_status'
"""
NEWEST_BATCH = "select greatest(coalesce(max(sequence), 0), $landed_to) from lake.batch"

RAN = """
    create or replace temp table ran as
    select
        unnest($rules::varchar[]) as rule_id,
        unnest($tables::varchar[]) as source,
        unnest($rows::bigint[]) as row_count,
"""
# A rule that is listed no more fails for nobody.
JUDGED = """
    create or replace temp table judged as
    with listed as (select rule_id, source from quality.rule),
    extracts as (select distinct source from quality.rule where origin = 'landing')
    select distinct rule_id, source from ledger where origin = 'landing' and $is_staged
    union all
    select distinct rule_id, source from ledger
    where origin = 'expectation' and source in (from extracts) and $is_validated
    union all
    select distinct rule_id, source from ledger anti join listed using (rule_id, source)
    union all
    select rule_id, source from ran
"""
JUDGED_TESTS = "create or replace temp table judged as select rule_id, source from ran"

TESTED = """
    insert into result by name
    select tested.* replace ($run_id as run_id), 'expectation' as origin, blocks_publication
    from quality.tested
    left join quality.rule using (rule_id, source)
    where run_id = $validation_run
"""
OTHERS = """
    insert into result by name
    with waived as (
        select rule_id, source, count(*) as row_count from standing where is_waived group by all
    )
    select
        $run_id as run_id, rule_id, source,
        (select date_trunc('month', max(as_of))::date from lake.batch) as period_month,
        origin, dimension, severity,
        greatest(found.row_count - coalesce(waived.row_count, 0), 0) as rows_failed,
        coalesce(waived.row_count, 0) as rows_waived,
        affects_accuracy, blocks_publication,
    from ran as found
    join quality.rule using (rule_id, source)
    left join waived using (rule_id, source)
"""

PUBLISHED = """
    create or replace table quality.ledger as from ledger;
    create or replace table quality.result as from results;
"""


def record_failures(home: Home, run_id: str) -> None:
    """Add the folder of a run and bring the ledger up to date: quarantined rows, failing rows of the extracts (if they
    were validated as they are), and of the tests of the warehouse and of what goes out, by what the audit has of them.

    Needs `quality.rule` and the tables of the catalogue; where a test of a seed has kept staging from being built,
    quarantined rows wait for the next run. The work is DuckDB's, set by set. A run that was killed between its folder
    and the state leaves the next one to fold both.
    """
    with warehouse_connection(home) as connection:
        landed_to = _begin(connection, home)
        validation_run = run_of(connection, "validation")
        if validation_run:
            add_expectations(connection, validation_run)
            connection.execute(TESTED, {"run_id": run_id, "validation_run": validation_run})
        (is_staged,) = only_row(connection.execute(IS_STAGED))
        if is_staged:
            add_quarantined(connection, landed_to)
            (landed_to,) = only_row(connection.execute(NEWEST_BATCH, {"landed_to": landed_to}))
        checks = executed_checks(connection, ["staging", "warehouse", "ledger"])
        add_tests(connection, checks)
        _load_executed_checks(connection, checks)
        connection.execute(JUDGED, {"is_validated": validation_run is not None, "is_staged": is_staged})
        _end(connection, home, run_id, run_id, landed_to)


def record_checks(home: Home, run_id: str) -> None:
    """Add the tests of the tables that were built from the ledger itself, in a folder of their own."""
    with warehouse_connection(home) as connection:
        landed_to = _begin(connection, home)
        checks = executed_checks(connection, ["quality"])
        add_tests(connection, checks)
        _load_executed_checks(connection, checks)
        connection.execute(JUDGED_TESTS)
        _end(connection, home, run_id, f"{run_id}-findings", landed_to)


def _begin(connection: duckdb.DuckDBPyConnection, home: Home) -> int:
    home.quality.mkdir(parents=True, exist_ok=True)
    landed_to = bring_up_to_date(connection, home.quality)
    connection.execute(CREATE)
    for table, columns in {"failure": FAILURE, "result": RESULT}.items():
        connection.execute(f"create or replace temp table {table} ({typed(columns)})")
    return landed_to


def _end(
    connection: duckdb.DuckDBPyConnection,
    home: Home,
    run_id: str,
    folder: str,
    landed_to: int,
) -> None:
    for statement in connection.extract_statements(CHANGES):
        connection.execute(statement, {"run_id": run_id})
    connection.execute(OTHERS, {"run_id": run_id})
    write_folder(connection, home.quality / folder, landed_to)
    bring_up_to_date(connection, home.quality)
    for statement in connection.extract_statements(PUBLISHED):
        connection.execute(statement)


def _load_executed_checks(connection: duckdb.DuckDBPyConnection, checks: Iterable[ExecutedCheck]) -> None:
    """Temporary table `ran`: every check that came to its end and how many rows fail it. A skipped one says nothing."""
    ran = [
        (check.rule_id, check.source, 0 if check.status == "pass" else check.rows_failed or 1)
        for check in checks
        if check.is_executed
    ]
    columns = {name: [row[position] for row in ran] for position, name in enumerate(("rules", "tables", "rows"))}
    connection.execute(RAN, columns)
