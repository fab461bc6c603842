{{ config(meta={'dagster': {'ref': {'name': 'fct_ranking'}}}) }}

-- Whoever is assessed has the rank that follows those ahead; nobody else has one.
with units as (
    select period_kind, period_start, parent_code, division_code, is_assessed, is_vetoed, score, rank, grade
    from {{ ref('fct_ranking') }}
),

counted as (
    select unit.*, count(ahead.division_code) + 1 as expected_rank
    from units as unit
    left join units as ahead
        on unit.period_kind = ahead.period_kind
        and unit.period_start = ahead.period_start
        and unit.parent_code = ahead.parent_code
        and ahead.is_assessed
        and (ahead.is_vetoed < unit.is_vetoed or (ahead.is_vetoed = unit.is_vetoed and ahead.score > unit.score))
    group by all
)

select *
from counted
where rank is distinct from if(is_assessed, expected_rank, null) or (grade is null) = is_assessed
