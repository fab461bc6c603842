{{ config(materialized='view') }}

with results as (
    select * from {{ ref('indicator_result') }} where judged_denominator > 0
),

ranked_divisions as (
    select period_kind, period_start, parent_code, division_code from {{ ref('division_rank') }} where rank is not null
),

shrinkable_result as (
    select period_kind, period_start, parent_code, division_code, indicator_code, judged_numerator, judged_denominator
    from results
    inner join ranked_divisions using (period_kind, period_start, division_code)
)

select * from shrinkable_result
