{{ config(materialized='table') }}

with instant_replies as (
    select period_month, township_code, count(*) filter (where is_instant) as events, count(*) as trials
    from {{ ref('message_reply') }}
    semi join (from {{ ref('landed_month') }} where source = 'exchange_message') using (period_month, township_code)
    group by all
),

first_sights as (
    select period_month, township_code, count(*) filter (where is_late) as events, count(*) as trials
    from {{ ref('first_sight') }}
    group by all
),

dropped as (
    select period_month, township_code, count(*) as persons
    from {{ ref('dropped_file') }}
    group by all
),

registries as (
    select *, {{ plus_months('period_month', 1) }} as next_month from {{ ref('registry_count') }}
),

dropped_persons as (
    select
        after.period_month,
        after.township_code,
        coalesce(persons, 0) as events,
        before.matched as trials,
    from registries as after
    inner join registries as before
        on after.period_month = before.next_month and after.township_code = before.township_code
    left join dropped on after.period_month = dropped.period_month and after.township_code = dropped.township_code
),

{#- A count lands on a target only where there is one to land on, and only once a month where months are counted apart. #}
cases_met as (
    select period_start, division_code, indicator_code, numerator, denominator
    from {{ ref('period_count') }}
    semi join {{ ref('indicators') }} as indicators
        on period_count.indicator_code = indicators.indicator_code and measure_kind in ('flow', 'sample')
    semi join {{ ref('targets') }} as targets
        on period_count.indicator_code = targets.indicator_code and target_value < 1
    where period_kind = 'month' and level = 'township'
),

counts as (
    select 'instant' as signal_kind, null as indicator_code, * from instant_replies
    union all
    select 'first_seen_late', null, * from first_sights
    union all
    select 'shrinking', null, * from dropped_persons
    union all
    select 'bunching', indicator_code, period_start, division_code, numerator, denominator from cases_met
),

arranged_count as (
    select
        signal_kind,
        indicator_code,
        period_month as period_start,
        township_code,
        parent_code as county_code,
        events::bigint as events,
        trials::bigint as trials,
    from counts
    inner join {{ ref('dim_division') }} on township_code = division_code
    where trials > 0
)

select * from arranged_count
