{{ config(materialized='table') }}

with bursting as (
    select * from {{ ref('integrity_signals') }} where signal_kind = 'burst'
),

hours as (
    select
        busiest.*,
        parent_code as county_code,
        updates >= least_trials
            and updates_in_hour >= least_events
            and updates_in_hour > exceeded_share * updates as is_burst,
        window_months,
    from {{ ref('busiest_hour') }} as busiest
    inner join {{ ref('dim_division') }} on township_code = division_code
    cross join bursting
    where updates >= least_trials
),

{#- No model says how often honest work comes in bursts; how often it does in this county has to serve. #}
with_county_rate as (
    select
        *,
        count(*) filter (where is_burst) over past_months as county_bursts,
        count(*) over past_months as county_tested,
    from hours
    window past_months as (
        partition by county_code
        order by period_month
        range between (window_months - 1) * interval 1 month preceding and current row
    )
),

burst_signal as (
    select
        'burst' as signal_kind,
        township_code,
        period_month as period_start,
        to_json({
            updates: updates,
            updates_in_hour: updates_in_hour,
            hour: strftime(updated_hour, '%Y-%m-%d %H:%M'),
            share: updates_in_hour / updates,
            county_bursts: county_bursts,
            county_tested: county_tested,
            county_rate: county_bursts / county_tested,
        }) as evidence,
        null::double as p_value,
        null::double as expected_by_chance,
    from with_county_rate
    where is_burst
)

select * from burst_signal
