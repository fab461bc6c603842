{{ config(materialized='table') }}

with months as (
    select distinct period_month from {{ ref('landed_indicator') }}
),

all_periods as (
    select 'month' as period_kind, period_month as period_start, period_month as first_month, period_month as last_month
    from months
    union all
    select distinct
        'quarter',
        cast(date_trunc('quarter', period_month) as date) as quarter_start,
        quarter_start,
        {{ plus_months('quarter_start', 2) }},
    from months
    union all
    select 'year_to_date', period_month, cast(date_trunc('year', period_month) as date), period_month
    from months
),

published_periods as (
    select * from all_periods where period_kind in ({{ literals(var('period_kinds')) }})
),

trailing_periods as (
    select distinct
        'trailing_' || window_months,
        last_month,
        {{ plus_months('last_month', '(1 - window_months)') }},
        last_month,
    from published_periods
    cross join {{ ref('trailing_window') }}
),

spans as (
    from published_periods
    union all
    from trailing_periods
),

period as (
    select *, date_diff('month', first_month, last_month) + 1 as month_total, last_day(last_month) as last_day
    from spans
)

select * from period
