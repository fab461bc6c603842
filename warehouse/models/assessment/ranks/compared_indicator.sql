{{ config(materialized='view') }}

with ranked_indicators as (
    select * from {{ ref('ranked_indicator') }}
),

earlier_periods as (
    select * from {{ ref('earlier_period') }}
),

{#- Both periods are drawn around one rate, pooled over them. -#}
compared_indicator as (
    select
        now.period_kind,
        now.period_start,
        now.parent_code,
        now.division_code,
        now.indicator_code,
        now.pooled_numerator + before.pooled_numerator as pooled_numerator,
        now.pooled_denominator + before.pooled_denominator as pooled_denominator,
        {%- for column in ['judged_numerator', 'judged_denominator', 'target_value', 'floor_value', 'weight'] %}
        now.{{ column }},
        before.{{ column }} as previous_{{ column }},
        {%- endfor %}
    from ranked_indicators as now
    inner join earlier_periods using (period_kind, period_start)
    inner join ranked_indicators as before
        on now.period_kind = before.period_kind
        and earlier_periods.previous_start = before.period_start
        and now.division_code = before.division_code
        and now.indicator_code = before.indicator_code
)

select * from compared_indicator
