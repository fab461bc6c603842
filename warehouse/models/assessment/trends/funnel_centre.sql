{{ config(materialized='view') }}

with results as (
    select * from {{ ref('indicator_result') }} where period_kind = 'month'
),

parents as (
    select division_code, parent_code from {{ ref('dim_division') }} where level = 'township'
),

township_denominators as (
    select distinct period_start, parent_code, indicator_code, denominator
    from results
    inner join parents using (division_code)
    where denominator > 0
),

{#- Around 100 % there is no funnel: one miss lies outside. #}
centres as (
    select period_start, division_code as parent_code, indicator_code, 'target' as centre_kind, target_value::double as centre
    from results
    where target_value < 1
    union all
    select period_start, division_code, indicator_code, 'county', value
    from results
    where value is not null
),

funnel_centre as (
    select period_start, parent_code, indicator_code, centre_kind, denominator, centre
    from township_denominators
    inner join centres using (period_start, parent_code, indicator_code)
)

select * from funnel_centre
