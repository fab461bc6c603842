"""What a validation found, as tables of schema `quality` that are kept from run to run.

- `failing_row`: one row per rule, month and row that fails it, as of the newest run that validated the month.
- `tested`: one row per rule and month that the newest run validated.

Evaluating a rule with Great Expectations is `validation.py`'s part; this module finds the same rows with the same SQL,
all of them. The memory of what failed when is the ledger's (`orchestration/ledger`), and which rows are waived is
decided by people: `waiver` is only read here.
"""

from __future__ import annotations

import duckdb

from expectations.batches import SCHEMA, batch_view
from expectations.suite import Rule, Suite

CREATE_KEPT = """
    create schema if not exists quality;
    create table if not exists quality.failing_row (
        run_id varchar,
        rule_id varchar,
        source varchar,
        period_month date,
        township_code varchar,
        record_ref varchar,
        batch_id varchar,
        source_file varchar,
        source_row bigint,
        as_of date,
        is_waived boolean,
    );
    create table if not exists quality.tested (
        run_id varchar,
        rule_id varchar,
        source varchar,
        period_month date,
        rows_tested bigint,
        rows_failed bigint,
        rows_waived bigint,
        dimension varchar,
        severity varchar,
        affects_accuracy boolean,
    );
    create table if not exists quality.waiver (
        rule_id varchar,
        source varchar,
        record_ref varchar,
        township_code varchar,
        expires_on date,
    );
"""

CREATE_FOUND = """
    create or replace temp table failure as from quality.failing_row limit 0;
    create or replace temp table result as from quality.tested limit 0;
"""


def waived(rule_id: str, source: str, record_ref: str, township_code: str, day: str) -> str:
    """SQL: whether a row is waived; arguments are SQL, `day` that on which its data were exported. A waiver counts for
    data exported up to its last day, so that it never rewrites a closed month, and for one township's row: another's of
    the same number is another row."""
    return f"""exists (
            from quality.waiver
            where
                waiver.rule_id = {rule_id} and waiver.source = {source}
                and waiver.record_ref = {record_ref} and waiver.township_code is not distinct from {township_code}
                and waiver.expires_on >= {day}
        )"""


# A rule on townships fails for a township as a whole: there is no file and no line to point to, and its data are those
# of the month's end.
FAILING = """
    insert into failure
    with failing as ({failing}),
    referred as (
        select *, cast({record_ref} as varchar) as reference, cast({as_of} as date) as exported_on from failing
    )
    select
        $run_id, $rule_id, $source, tested_month, township_code, reference, {trace}, exported_on,
        {is_waived},
    from referred
"""
OF_A_ROW = {"as_of": "as_of", "trace": "batch_id, source_file, source_row"}
OF_A_TOWNSHIP = {"as_of": "last_day(tested_month)", "trace": "null, null, null", "record_ref": "township_code"}

# Every month under validation has a result, even without a row: that is how a month is known to be clean now.
RESULT = """
    insert into result
    with tested as (
        select tested_month as period_month, count(*) as row_count from {batch} group by all
        union all by name
        select period_month, 0 as row_count from lake.rebuild_month where $is_by_row
    ),
    failed as (
        select
            period_month,
            count(*) filter (not is_waived) as failed_count,
            count(*) filter (is_waived) as waived_count,
        from failure where rule_id = $rule_id group by all
    )
    select
        $run_id, $rule_id, $source, period_month, sum(tested.row_count),
        coalesce(any_value(failed.failed_count), 0), coalesce(any_value(failed.waived_count), 0),
        $dimension, $severity, $affects_accuracy,
    from tested
    left join failed using (period_month)
    group by period_month
"""

# A rule that no longer exists fails for nobody.
KEEP = """
    delete from quality.failing_row as kept
    where
        kept.rule_id not in (select unnest($rules))
        or exists (
            from result
            where result.rule_id = kept.rule_id and result.source = kept.source
                and result.period_month = kept.period_month
        )
"""


def find_failures(connection: duckdb.DuckDBPyConnection, run_id: str, suite: Suite, rule: Rule) -> int:
    """Add the failing rows of `rule` and its results by month to the temporary tables; returns how many rows fail,
    waived or not."""
    batch = f"{SCHEMA}.{batch_view(suite, rule)}"
    by_row = rule.meta.batch == "rows"
    key = {"run_id": run_id, "rule_id": rule.meta.rule_id, "source": suite.name}
    parts = {"record_ref": suite.meta.record_ref} | (OF_A_ROW if by_row else OF_A_TOWNSHIP)
    parts["is_waived"] = waived("$rule_id", "$source", "reference", "referred.township_code", "exported_on")
    ((found,),) = connection.execute(FAILING.format(failing=rule.failing_rows(batch), **parts), key).fetchall()
    about = {name: getattr(rule.meta, name) for name in ("dimension", "severity", "affects_accuracy")}
    connection.execute(RESULT.format(batch=batch), {**key, **about, "is_by_row": by_row})
    return found


def keep_findings(connection: duckdb.DuckDBPyConnection, suites: list[Suite]) -> None:
    """Take the temporary tables into schema `quality`, in one transaction."""
    rules = [rule.meta.rule_id for suite in suites for rule in suite.expectations]
    connection.begin()
    connection.execute(KEEP, {"rules": rules})
    connection.execute("insert into quality.failing_row from failure order by all nulls last")
    connection.execute("delete from quality.tested")
    connection.execute("insert into quality.tested from result order by source, rule_id, period_month")
    connection.commit()
