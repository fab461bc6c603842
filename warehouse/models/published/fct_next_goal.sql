{{ config(materialized='incremental', on_schema_change='fail') }}

with fct_next_goal as (
    select
        period_kind,
        period_start,
        parent_code,
        division_code,
        score,
        next_grade,
        points_to_grade,
        rank_low,
        next_rank,
        points_to_rank,
    from {{ ref('next_goal') }}
    where {{ is_rebuilt() }}
)

select * from fct_next_goal
