{{ config(meta={
    'dagster': {'ref': {'name': 'fct_next_goal'}},
    'text_zh': '距上一等次或名次的分数有误',
    'text_en': 'The points to the next grade or rank are wrong',
}) }}

-- With the points the score is a grade's least, or the score of a sibling whose rank lies outside the interval.
with goals as (
    select * from {{ ref('fct_next_goal') }}
),

grades as (
    select grade as next_grade, min_score from {{ ref('dim_grade') }}
),

siblings as (
    select period_kind, period_start, parent_code, rank as next_rank, any_value(score) as sibling_score
    from {{ ref('fct_ranking') }}
    where rank is not null
    group by all
)

select goals.*
from goals
left join grades using (next_grade)
left join siblings using (period_kind, period_start, parent_code, next_rank)
where
    (next_grade is null) <> (points_to_grade is null)
    or (next_rank is null) <> (points_to_rank is null)
    or points_to_grade <= 0
    or points_to_rank <= 0
    or next_rank >= rank_low
    or abs(score + points_to_grade - min_score) > 1e-9
    or abs(score + points_to_rank - sibling_score) > 1e-9
