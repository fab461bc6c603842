{{ config(materialized='view') }}

with scored_indicators as (
    select * from {{ ref('scored_indicator') }} where is_assessed
),

ranked_divisions as (
    select period_kind, period_start, division_code, is_vetoed, rank
    from {{ ref('division_rank') }}
    where rank is not null
),

pooled_counts as (
    select * from {{ ref('pooled_count') }}
),

ranked_indicator as (
    select
        period_kind,
        period_start,
        parent_code,
        division_code,
        indicator_code,
        judged_numerator,
        judged_denominator,
        pooled_numerator,
        pooled_denominator,
        ci_high,
        target_value::double as target_value,
        floor_value::double as floor_value,
        weight::double as weight,
        attainment,
        is_vetoed,
        rank,
    from scored_indicators
    inner join ranked_divisions using (period_kind, period_start, division_code)
    inner join pooled_counts using (period_kind, period_start, parent_code, indicator_code)
)

select * from ranked_indicator
