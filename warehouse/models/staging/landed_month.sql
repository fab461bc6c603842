with snapshot_months as (
    select source, township_code, county_code, period_month, as_of as data_until
    from {{ ref('governing_snapshot') }}
),

coverage as (
    select
        source,
        township_code,
        county_code,
        first_month,
        data_until,
        {{ months_between('first_month', 'data_until') }} as month_count
    from {{ ref('ledger_coverage') }}
),

numbers as (
    select numbers.n
    from (
        {{ numbers_up_to(max_months()) }}
    ) as numbers
    where numbers.n <= (select max(month_count) from coverage)
),

ledger_months as (
    select
        coverage.source,
        coverage.township_code,
        coverage.county_code,
        {{ plus_months('coverage.first_month', 'numbers.n') }} as period_month,
        coverage.data_until
    from coverage
    inner join numbers on numbers.n <= coverage.month_count
),

months as (
    select * from snapshot_months
    union all
    select * from ledger_months
),

landed_month as (
    select
        source,
        township_code,
        county_code,
        period_month,
        {{ end_of_day('least(data_until, ' ~ last_day_of_month('period_month') ~ ')') }} as ends_at,
        data_until,
        cast(data_until < {{ last_day_of_month('period_month') }} as boolean) as is_provisional
    from months
)

select * from landed_month
