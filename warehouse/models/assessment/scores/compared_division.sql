with results as (
    select distinct period_kind, period_start, division_code
    from {{ ref('indicator_result') }}
    where {{ is_rebuilt() }}
),

divisions as (
    select division_code, parent_code
    from {{ ref('dim_division') }}
    where level <> 'village' and parent_code is not null and division_code not in ({{ unranked_divisions() }})
),

{#- All children of a parent (but units that are no townships) are compared as soon as one of them has a result. #}
compared_parents as (
    select distinct period_kind, period_start, parent_code
    from results
    inner join divisions using (division_code)
),

compared_division as (
    select period_kind, period_start, parent_code, division_code
    from compared_parents
    inner join divisions using (parent_code)
)

select * from compared_division
