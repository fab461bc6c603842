{{ config(materialized='table') }}

with rebases as (
    select * from {{ ref('rebases') }}
),

series as (
    select indicator_code from {{ ref('indicators') }}
    union all
    select 'score'
),

{#- Every division lies in itself, so `*` stands for every ancestor alike. #}
rebase_in_force as (
    select distinct division_code, series.indicator_code, rebased_on
    from rebases
    inner join series on rebases.indicator_code in (series.indicator_code, '*')
    inner join {{ ref('dim_division_ancestor') }} on scope_code in (ancestor_code, '*')
)

select * from rebase_in_force
