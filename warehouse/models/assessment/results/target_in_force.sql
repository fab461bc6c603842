{{ config(materialized='table') }}

with targets as (
    select * from {{ ref('targets') }}
),

first_days as (
    select valid_from as first_day from targets
    union
    select valid_to + 1 from targets where valid_to is not null
),

{#- Spans of days within which no target begins or ends. #}
spans as (
    select first_day, coalesce(lead(first_day) over (order by first_day) - 1, date '9999-12-31') as last_day
    from first_days
),

ancestors as (
    select * from {{ ref('dim_division_ancestor') }}
),

landed_branches as (
    select distinct ancestor_code
    from ancestors
    semi join {{ ref('landed_indicator') }} on ancestors.division_code = township_code
),

{#- Every division on the way up from a township that has landed, with its siblings, and the villages below. #}
assessed_divisions as (
    select division_code
    from {{ ref('dim_division') }}
    where division_code in (from landed_branches) or parent_code in (from landed_branches)
),

{#- The more divisions lie above a scope, the more specific it is; `*` lies above them all. #}
scopes as (
    select division_code as scope_code, count(*) as depth
    from ancestors
    group by division_code
),

division_scopes as (
    select division_code, '*' as scope_code, 0 as depth
    from assessed_divisions
    union all
    select division_code, scope_code, depth
    from assessed_divisions
    inner join ancestors using (division_code)
    inner join scopes on scope_code = ancestor_code
),

ranked_targets as (
    select
        targets.* exclude (valid_from, valid_to),
        division_code,
        first_day,
        last_day,
        row_number() over (partition by division_code, indicator_code, first_day order by depth desc) as precedence,
    from spans
    inner join targets on first_day >= valid_from and last_day <= coalesce(valid_to, date '9999-12-31')
    inner join division_scopes using (scope_code)
),

target_in_force as (
    select
        division_code,
        indicator_code,
        first_day,
        last_day,
        scope_code,
        target_value,
        floor_value,
        tolerance_value,
        weight,
        is_veto,
        min_denominator,
    from ranked_targets
    where precedence = 1
)

select * from target_in_force
