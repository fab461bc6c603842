{{ config(
    materialized='incremental', incremental_strategy='append', on_schema_change='fail',
    pre_hook='{{ delete_rebuilt_periods() }}'
) }}

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
    where {{ is_rebuilt_period() }}
)

select * from fct_score_change
