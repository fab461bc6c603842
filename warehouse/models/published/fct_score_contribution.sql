{{ config(materialized='incremental', on_schema_change='fail') }}

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
    where {{ is_rebuilt() }}
)

select * from fct_score_contribution
