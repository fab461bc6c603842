"""The rows that the rules look at: one view per extract and kind, in schema `quality`, while a validation runs.

- `rows`: what staging holds for the months of `lake.rebuild_month`, one row per row to judge.
- `snapshots`: one row per township and month whose governing snapshot has one of the month before beside it.
- `deliveries`: one row per township and ended month in which the township's extract is expected: from the first month
  it landed up to the data's own clock, the end of the newest as-of.

The last two look at every month, because a new file can make an old month late, or a corrected one move the next. What
is wrong with a row is said by the suites, not here.
"""

from __future__ import annotations

import duckdb

from expectations.suite import Rule, Suite

ROWS = """
    select *, {month} as tested_month
    from staging.stg_{source}
    where {month} in (select period_month from lake.rebuild_month)
"""

SNAPSHOTS = """
    with counted as (
        select governing.township_code, governing.period_month, count(staged.source_row) as row_count
        from staging.governing_snapshot as governing
        left join staging.stg_{source} as staged
            on governing.township_code = staged.township_code and governing.period_month = staged.{month}
        where governing.source = '{source}'
        group by all
    )
    select
        this_month.township_code,
        this_month.period_month as tested_month,
        this_month.row_count,
        previous_month.row_count as previous_row_count,
    from counted as this_month
    join counted as previous_month
        on this_month.township_code = previous_month.township_code
        and this_month.period_month = previous_month.period_month + interval 1 month
"""

DELIVERIES = """
    with clock as (
        select max(as_of) as today from lake.batch
    ),
    landed as (
        select township_code, period_month from staging.landed_month where source = '{source}'
    ),
    expected as (
        select
            landed.township_code,
            cast(unnest(generate_series(min(landed.period_month), any_value(clock.today), interval 1 month)) as date)
                as period_month,
        from landed
        cross join clock
        group by landed.township_code
    )
    select
        expected.township_code,
        expected.period_month as tested_month,
        landed.period_month is not null as has_landed,
        date_diff('day', last_day(expected.period_month), clock.today) as days_since_month_end,
    from expected
    cross join clock
    left join landed using (township_code, period_month)
    where days_since_month_end >= 1
"""

VIEWS = {"rows": ROWS, "snapshots": SNAPSHOTS, "deliveries": DELIVERIES}
SCHEMA = "quality"


def batch_view(suite: Suite, rule: Rule) -> str:
    """The name, within schema `quality`, of the view that `rule` reads as `{batch}`; its month is `tested_month`."""
    return f"batch_{suite.name}_{rule.meta.batch}"


def create_batches(connection: duckdb.DuckDBPyConnection, suites: list[Suite]) -> None:
    """Create the views that the rules of `suites` need."""
    connection.execute(f"create schema if not exists {SCHEMA}")
    for suite in suites:
        for view, kind in {batch_view(suite, rule): rule.meta.batch for rule in suite.expectations}.items():
            body = VIEWS[kind].format(source=suite.name, month=suite.meta.month)
            connection.execute(f"create or replace view {SCHEMA}.{view} as {body}")


def drop_batches(connection: duckdb.DuckDBPyConnection, suites: list[Suite]) -> None:
    """Remove what `create_batches` created."""
    for view in sorted({batch_view(suite, rule) for suite in suites for rule in suite.expectations}):
        connection.execute(f"drop view if exists {SCHEMA}.{view}")
