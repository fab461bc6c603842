with scores as (
    select * from {{ ref('division_score') }} where {{ is_rebuilt() }}
),

grades as (
    select * from {{ ref('grades') }}
),

veto_cap as (
    select min(min_score) as capped_score from grades where is_veto_cap
),

graded_scores as (
    select
        scores.*,
        case when is_assessed then if(is_vetoed, least(score, capped_score), score) end as grade_score,
    from scores
    cross join veto_cap
),

division_rank as (
    select
        graded_scores.* exclude (grade_score),
        grade,
        case when is_assessed then rank() over (
            partition by period_kind, period_start, parent_code
            order by is_assessed desc, is_vetoed, score desc
        ) end as rank,
    from graded_scores
    asof left join grades on grade_score >= min_score
)

select * from division_rank
