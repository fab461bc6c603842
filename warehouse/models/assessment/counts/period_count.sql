{{ config(meta={'rebuilt': 'period'}) }}

with landed_periods as (
    select * from {{ ref('landed_period') }} where {{ is_rebuilt() }}
),

period_months as (
    select period_kind, period_start, unnest(generate_series(first_month, last_month, interval 1 month))::date as period_month
    from {{ ref('period') }}
    where {{ is_rebuilt() }}
),

counted_months as (
    select landed_periods.* exclude (is_counted), period_month, landed.is_counted
    from landed_periods
    inner join period_months using (period_kind, period_start)
    inner join {{ ref('landed_indicator') }} as landed using (period_month, township_code, indicator_code)
    where period_month >= counted_from
),

case_counts as (
    select
        period_kind,
        period_start,
        division_code,
        indicator_code,
        coalesce(sum(met) filter (where is_counted), 0) as numerator,
        coalesce(sum(met + missed) filter (where is_counted), 0) as denominator,
        sum(pending) as pending,
        any_value(is_provisional) as is_provisional,
        false as is_undelivered,
        bool_or(is_counted) as is_counted,
        0 as townships,
    from counted_months
    inner join {{ ref('month_count') }} using (period_month, township_code, indicator_code)
    group by all
),

{#- What landed without a case is a result of 0 of 0, and counts as landed for every level above; what is withheld is
    one of nothing, and missing there. #}
landed_townships as (
    select
        period_kind, period_start, township_code, indicator_code, 0, 0, 0,
        is_provisional, is_undelivered, is_counted, if(is_counted, 1, 0),
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
        bool_or(is_undelivered and division_code = ancestor_code) as is_undelivered,
        bool_or(is_counted) as is_counted,
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
        case when is_counted or level = 'village' then numerator end::bigint as numerator,
        case when is_counted or level = 'village' then denominator end::bigint as denominator,
        pending::bigint as pending,
        is_undelivered,
        is_provisional or townships < coalesce(township_total, 0) as is_provisional,
    from level_counts
    left join township_totals using (division_code)
)

select * from period_count
