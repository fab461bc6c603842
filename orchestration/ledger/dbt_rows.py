"""Failed tests as failures: the rows that a dbt test returned, referred to by what names nobody.

Here: which columns may stand in a reference, and the rows of the tests that a run has run; the same for the
expectations on published tables, whose rows nobody counts one by one. Not here: running a test, or what it means.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from expectations.findings import waived
from orchestration.installation.sql import only_row
from orchestration.ledger.folders import KEY
from orchestration.warehouse_build.audit import ExecutedCheck

# Nothing that is not listed gets into the ledger: a new column must be judged first.
REFERENCES = (
    *("source", "source_file", "source_row", "scope_code", "parent_code", "division_code", "township_code"),
    *("village_code", "period_kind", "period_month", "period_start", "event_month", "as_of", "valid_from"),
    *("indicator_code", "rule_id", "signal_kind", "reason_code", "grade", "chart", "centre_kind", "outcome"),
    *("message_kind", "urgency", "kind", "record_ref", "case_ref", "record_no", "case_no", "message_no", "event_no"),
    *("response_no", "audit_no"),
)
# More than a person reads; how many there were is always told whole.
ROWS_KEPT = 10_000
PLACES = ("township_code", "division_code", "village_code", "scope_code")
MONTHS = ("period_month", "period_start", "event_month")

# What looks like a person's key or number is none of the ledger's, whatever its column is called.
FAILED = """
    insert into standing by name
    with failing as (select * from ({query}) order by all limit {rows_kept}),

    referred as (
        select
            {reference} as reference,
            cast({place} as varchar) as place_code,
            cast({month} as date) as failing_month,
            {batch_id} as batch_id,
            {source_file} as source_file,
            cast({source_row} as bigint) as source_row,
        from failing
    )

    select
        $rule_id as rule_id,
        $source as source,
        case
            when reference = '' or regexp_matches(reference, '[0-9a-f]{{32}}|\\d{{17}}[0-9Xx]') then $source
            else reference
        end as record_ref,
        'dbt' as origin,
        division_code as township_code,
        date_trunc('month', coalesce(failing_month, $newest_month))::date as period_month,
        batch_id,
        source_file,
        source_row,
        true as is_standing,
        true as is_seen,
    from referred
    left join seeds.divisions
        on divisions.division_code = left(place_code, 9) || '000' and divisions.level = 'township'
    qualify row_number() over (
        partition by record_ref, division_code order by failing_month desc, source_file, source_row
    ) = 1
"""
UNMET = """
    insert into standing by name
    select $rule_id as rule_id, $source as source, $source as record_ref, 'expectation' as origin,
        $newest_month as period_month, true as is_standing, true as is_seen
"""
NEWEST_DAY = "(select max(as_of) from lake.batch)"
WAIVED = f"""
    update standing
    set is_waived = {waived(*(f"standing.{name}" for name in KEY), NEWEST_DAY)}
    where is_waived is null
"""


def add_tests(connection: duckdb.DuckDBPyConnection, checks: Sequence[ExecutedCheck]) -> None:
    """The rows of the failed tests, and the tables of the expectations that were not met; adds to `standing`."""
    (newest_month,) = only_row(connection.execute("select date_trunc('month', max(as_of))::date from lake.batch"))
    for check in checks:
        if check.status in ("fail", "warn"):
            values = {"rule_id": check.rule_id, "source": check.source, "newest_month": newest_month}
            connection.execute(_failed(connection, check.query or "") if check.origin == "dbt" else UNMET, values)
    connection.execute(WAIVED)


def _failed(connection: duckdb.DuckDBPyConnection, query: str) -> str:
    names = [name for name, *_ in connection.execute(f"describe ({query})").fetchall()]
    named = [f"cast({name} as varchar)" for name in names if name in REFERENCES]
    first = {kind: next((name for name in wanted if name in names), "null") for kind, wanted in
             {"place": PLACES, "month": MONTHS}.items()}  # fmt: skip
    traces = {name: name if name in names else "null" for name in ("batch_id", "source_file", "source_row")}
    reference = f"concat_ws(' ', {', '.join(named)})" if named else "''"
    return FAILED.format(query=query, rows_kept=ROWS_KEPT, reference=reference, **first, **traces)
