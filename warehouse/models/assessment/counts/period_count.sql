{{ config(materialized='incremental', incremental_strategy='append', pre_hook='{{ delete_rebuilt_periods() }}') }}

with landed_periods as (
    select * from {{ ref('landed_period') }} where {{ is_rebuilt_period() }}
),

period_months as (
    select period_kind, period_start, unnest(generate_series(first_month, last_month, interval 1 month))::date as period_month
    from {{ ref('period') }}
    where {{ is_rebuilt_period() }}
),

counted_months as (
    select landed_periods.*, period_month
    from landed_periods
    inner join period_months using (period_kind, period_start)
    semi join {{ ref('landed_indicator') }} using (period_month, township_code, indicator_code)
    where period_month >= counted_from
),

case_counts as (
    select
        period_kind,
        period_start,
        division_code,
        indicator_code,
        sum(met) as numerator,
        sum(met + missed) as denominator,
        sum(pending) as pending,
        any_value(is_provisional) as is_provisional,
        0 as townships,
    from counted_months
    inner join {{ ref('month_count') }} using (period_month, township_code, indicator_code)
    group by all
),

{#- What landed without a case is a result of 0 of 0, and counts as landed for every level above. #}
landed_townships as (
    select period_kind, period_start, township_code, indicator_code, 0, 0, 0, is_provisional, 1
    from landed_periods
),

placed_counts as (
    from case_counts
    union all
    from landed_townships
),

ancestors as (
    select * from {{ ref('dim_division_ancestor') }}
),

township_totals as (
    {{ township_totals() }}
),

level_counts as (
    select
        period_kind,
        period_start,
        ancestor_code as division_code,
        ancestor_level as level,
        indicator_code,
        sum(numerator) as numerator,
        sum(denominator) as denominator,
        sum(pending) as pending,
        bool_or(is_provisional) as is_provisional,
        sum(townships) as townships,
    from placed_counts
    inner join ancestors using (division_code)
    group by all
),

period_count as (
    select
        period_kind,
        period_start,
        division_code,
        level,
        indicator_code,
        numerator::bigint as numerator,
        denominator::bigint as denominator,
        pending::bigint as pending,
        is_provisional or townships < coalesce(township_total, 0) as is_provisional,
    from level_counts
    left join township_totals using (division_code)
)

select * from period_count
