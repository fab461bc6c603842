{{ config(materialized='table') }}

with windows as (
    select unnest(generate_series({{ var('trend_least_months') }}, {{ var('trend_most_months') }})) as window_months
),

{#- A rate holds up to its number of months: more months are more chances for a run. #}
false_alarm_rate as (
    select chart, measure_kind, window_months, arg_min(rate, months) as false_alarm_rate
    from {{ ref('false_alarms') }}
    inner join windows on window_months <= months
    group by chart, measure_kind, window_months
)

select * from false_alarm_rate
