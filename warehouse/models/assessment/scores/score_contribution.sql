{{ config(materialized='incremental', incremental_strategy='append', pre_hook='{{ delete_rebuilt_periods() }}') }}

with assessed_indicators as (
    select * from {{ ref('scored_indicator') }} where is_assessed and {{ is_rebuilt_period() }}
),

score_contribution as (
    select
        period_kind,
        period_start,
        parent_code,
        division_code,
        indicator_code,
        attainment,
        weight / sum(weight) over assessed as effective_weight,
        100 * weight * attainment / sum(weight) over assessed as contribution,
        100 * weight * (1 - attainment) / sum(weight) over assessed as lost,
    from assessed_indicators
    window assessed as (partition by period_kind, period_start, division_code)
)

select * from score_contribution
