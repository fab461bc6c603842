{{ config(materialized='incremental', on_schema_change='fail') }}

with fct_score_change as (
    select
        period_kind,
        period_start,
        parent_code,
        division_code,
        indicator_code,
        change_kind,
        entered,
        departed,
        attainment,
        previous_attainment,
        lost,
        previous_lost,
        change,
    from {{ ref('score_change') }}
    where {{ is_rebuilt() }}
)

select * from fct_score_change
