{{ config(materialized='view') }}

with ranked_indicators as (
    select * from {{ ref('ranked_indicator') }} where is_delivered
),

earlier_periods as (
    select * from {{ ref('earlier_period') }}
),

{#- A met case moves both scores by the goalposts now: a target that moved is no change of the division. -#}
compared_indicator as (
    select
        now.period_kind,
        now.period_start,
        now.parent_code,
        now.division_code,
        now.indicator_code,
        {%- for column in ['judged_numerator', 'judged_denominator', 'attainment', 'weight'] %}
        now.{{ column }},
        before.{{ column }} as previous_{{ column }},
        {%- endfor %}
        now.weight / (now.target_value - now.floor_value) as points,
    from ranked_indicators as now
    inner join earlier_periods using (period_kind, period_start)
    inner join ranked_indicators as before
        on now.period_kind = before.period_kind
        and earlier_periods.previous_start = before.period_start
        and now.division_code = before.division_code
        and now.indicator_code = before.indicator_code
)

select * from compared_indicator
