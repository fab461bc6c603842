{{ config(meta={
    'dagster': {'ref': {'name': 'fct_ranking'}},
    'text_zh': '名次不连续，或未参评的单位有名次',
    'text_en': 'Ranks do not follow on from the first, or a unit not assessed has one',
}) }}

-- Whoever is assessed has the rank that follows those ahead; nobody else has one.
with units as (
    select period_kind, period_start, parent_code, division_code, is_assessed, is_vetoed, score, rank, grade
    from {{ ref('fct_ranking') }}
),

{#- No score is below 0 or above 100, so every vetoed one lies behind every other. #}
placed as (
    select *, score - if(is_vetoed, 101, 0) as place_score
    from units
    where is_assessed
),

counted as (
    select
        *,
        1 + count(*) over (
            partition by period_kind, period_start, parent_code
            order by place_score desc
            range between unbounded preceding and current row exclude group
        ) as expected_rank,
    from placed
)

select period_kind, period_start, parent_code, division_code
from counted
where rank is distinct from expected_rank or grade is null
union all
select period_kind, period_start, parent_code, division_code
from units
where not is_assessed and (rank is not null or grade is not null)
