with snapshot_months as (
    select source, township_code, county_code, period_month, as_of as data_until
    from {{ ref('governing_snapshot') }}
),

numbers as (
    {{ numbers(4) }}
),

ledger_months as (
    select
        coverage.source,
        coverage.township_code,
        coverage.county_code,
        {{ plus_months('coverage.first_month', 'numbers.n') }} as period_month,
        coverage.data_until
    from {{ ref('ledger_coverage') }} as coverage
    inner join numbers on numbers.n <= {{ months_between('coverage.first_month', 'coverage.data_until') }}
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
