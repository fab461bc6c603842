{{ config(
    materialized='incremental', incremental_strategy='append', on_schema_change='fail',
    pre_hook='{{ delete_rebuilt_periods() }}'
) }}

with fct_score_contribution as (
    select
        period_kind,
        period_start,
        parent_code,
        division_code,
        indicator_code,
        attainment,
        effective_weight,
        contribution,
        lost,
    from {{ ref('score_contribution') }}
    where {{ is_rebuilt_period() }}
)

select * from fct_score_contribution
