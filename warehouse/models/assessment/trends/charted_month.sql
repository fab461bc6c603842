{{ config(materialized='view') }}

with closed_results as (
    select division_code, indicator_code, measure_kind, period_start, numerator, denominator
    from {{ ref('indicator_result') }}
    inner join {{ ref('indicators') }} using (indicator_code)
    where
        period_kind = 'month'
        and not is_provisional
        and denominator > 0
        and level in ({{ literals(var('charted_levels')) }})
),

closed_scores as (
    select division_code, 'score', 'score', period_start, round(score * 1000000)::bigint, 1000000
    from {{ ref('division_score') }}
    where period_kind = 'month' and is_assessed and not is_provisional
),

charted_month as (
    from closed_results
    union all
    from closed_scores
)

select * from charted_month
