"""What fails at the end of a run, record by record, over all homes of checks: temporary table `standing`.

Here: the rows that the expectations left in the warehouse, and when one of them still speaks. Not here: quarantined
rows (`landing_rows`), dbt's (`dbt_rows`), or what became of a failure (`fold`).

Each month's snapshot shows a record again, so only the newest one landed for its township says whether it still fails:
a township that has not delivered resolves nothing. Of a ledger the newest version of each row is all there is.
"""

from __future__ import annotations

import duckdb

from orchestration.lake.parquet import typed
from orchestration.ledger.folders import KEY, PLACE

# `is_standing`: it fails now. Else it was only found, by this run (`is_seen`), in what no longer speaks.
STANDING = {**KEY, **PLACE, "is_standing": "boolean", "is_seen": "boolean", "is_waived": "boolean"}
CREATE = f"create or replace temp table standing ({typed(STANDING)})"

EXPECTATIONS = """
    insert into standing by name
    with newest_snapshots as (
        select source, township_code, max(period_month) as newest_month
        from staging.governing_snapshot
        group by all
    ),

    judged as (
        select
            failing.*,
            period_month >= coalesce(newest_month, period_month) as is_standing,
            run_id = $run_id as is_seen,
        from quality.failing_row as failing
        left join newest_snapshots using (source, township_code)
    ),

    records as (
        select
            rule_id, source, record_ref, township_code,
            bool_or(is_standing) as is_standing,
            coalesce(bool_or(is_seen) filter (is_standing), bool_or(is_seen)) as is_seen,
            coalesce(bool_and(is_waived) filter (is_standing), false) as is_waived,
            unnest(arg_max(
                {
                    'period_month': period_month,
                    'batch_id': batch_id,
                    'source_file': source_file,
                    'source_row': source_row,
                },
                (is_standing, period_month, source_file, source_row)
            )),
        from judged
        group by rule_id, source, record_ref, township_code
    )

    select *, 'expectation' as origin from records where is_standing or is_seen
"""


def add_expectations(connection: duckdb.DuckDBPyConnection, run_id: str) -> None:
    """The failing rows of the extracts, as the validations up to this run left them."""
    connection.execute(EXPECTATIONS, {"run_id": run_id})
