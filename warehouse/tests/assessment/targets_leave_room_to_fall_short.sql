{{ config(meta={'dagster': {'ref': {'name': 'dim_target'}}}) }}

-- Attainment runs from floor to target; a scope is a known division or *.
select *
from {{ ref('dim_target') }}
where
    not (floor_value >= 0 and floor_value < target_value and target_value <= 1)
    or not tolerance_value between 0 and 1
    or weight < 0
    or min_denominator < 0
    or (scope_code <> '*' and scope_code not in (select division_code from {{ ref('dim_division') }}))
