{{ config(materialized='view') }}

with scored_indicators as (
    select * from {{ ref('scored_indicator') }} where is_assessed
),

ranked_divisions as (
    select period_kind, period_start, division_code, is_vetoed, rank
    from {{ ref('division_rank') }}
    where rank is not null
),

{#- What is withheld has no counts, and counts as nothing: without a case, and not delivered. -#}
ranked_indicator as (
    select
        period_kind,
        period_start,
        parent_code,
        division_code,
        indicator_code,
        judged_denominator is not null as is_delivered,
        coalesce(judged_numerator, 0) as judged_numerator,
        coalesce(judged_denominator, 0) as judged_denominator,
        ci_high,
        target_value::double as target_value,
        floor_value::double as floor_value,
        weight::double as weight,
        attainment,
        is_vetoed,
        rank,
    from scored_indicators
    inner join ranked_divisions using (period_kind, period_start, division_code)
)

select * from ranked_indicator
