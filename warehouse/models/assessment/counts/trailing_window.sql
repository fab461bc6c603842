{{ config(materialized='table') }}

with indicators as (
    select * from {{ ref('indicators') }}
),

targets as (
    select * from {{ ref('targets') }}
),

trailing_window as (
    select indicator_code, judged_months as window_months
    from indicators
    where judged_months > 1
    union
    select distinct indicator_code, {{ var('veto_window_months') }}
    from targets
    where is_veto
)

select * from trailing_window
