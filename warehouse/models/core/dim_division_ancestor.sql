{{ config(materialized='table') }}

with divisions as (
    select * from {{ ref('dim_division') }}
),

-- From a village to the province there are four steps.
step_0 as (
    select division_code, division_code as ancestor_code, level as ancestor_level, parent_code as next_code
    from divisions
),
{% for step in range(1, 5) %}
step_{{ step }} as (
    select
        below.division_code,
        divisions.division_code as ancestor_code,
        divisions.level as ancestor_level,
        divisions.parent_code as next_code
    from step_{{ step - 1 }} as below
    inner join divisions on below.next_code = divisions.division_code
),
{% endfor %}
steps as (
    {%- for step in range(5) %}
    select * from step_{{ step }}
    {{- ' union all' if not loop.last }}
    {%- endfor %}
),

dim_division_ancestor as (
    select
        cast(division_code as string) as division_code,
        cast(ancestor_code as string) as ancestor_code,
        cast(ancestor_level as string) as ancestor_level
    from steps
)

select * from dim_division_ancestor
