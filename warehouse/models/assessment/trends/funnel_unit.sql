{{ config(materialized='view') }}

with results as (
    select * from {{ ref('indicator_result') }} where period_kind = 'month' and denominator > 0
),

parents as (
    select division_code, parent_code from {{ ref('dim_division') }} where level = 'township'
),

funnel_unit as (
    select
        period_start,
        parent_code,
        indicator_code,
        division_code,
        denominator,
        value,
        sum(numerator) over of_parent / sum(denominator) over of_parent as rate,
    from results
    inner join parents using (division_code)
    window of_parent as (partition by period_start, parent_code, indicator_code)
)

select * from funnel_unit
