with ranked as (
    select *, round(score * 1000000)::bigint as millionths
    from {{ ref('ranking') }}
    where rank is not null and {{ is_rebuilt() }}
),

grades as (
    select grade, is_veto_cap, (min_score * 1000000)::bigint as min_millionths from {{ ref('grades') }}
),

better_grades as (
    select
        period_kind,
        period_start,
        parent_code,
        division_code,
        min_by(grades.grade, min_millionths) as next_grade,
        min(min_millionths) - any_value(millionths) as millionths_to_grade,
    from ranked
    inner join grades on min_millionths > millionths
    where not is_vetoed or min_millionths <= (select min(min_millionths) from grades where is_veto_cap)
    group by all
),

{#- Within its interval a division cannot be told from its siblings; the first rank beyond it is one that means something. -#}
better_ranks as (
    select
        ranked.period_kind,
        ranked.period_start,
        ranked.parent_code,
        ranked.division_code,
        max(ahead.rank) as next_rank,
        min(ahead.millionths) - any_value(ranked.millionths) as millionths_to_rank,
    from ranked
    inner join ranked as ahead
        on ranked.period_kind = ahead.period_kind
        and ranked.period_start = ahead.period_start
        and ranked.parent_code = ahead.parent_code
        and ranked.is_vetoed = ahead.is_vetoed
        and ahead.rank < ranked.rank_low
    group by all
),

next_goal as (
    select
        period_kind,
        period_start,
        parent_code,
        division_code,
        score,
        next_grade,
        millionths_to_grade / 1e6 as points_to_grade,
        rank_low,
        next_rank,
        millionths_to_rank / 1e6 as points_to_rank,
    from ranked
    left join better_grades using (period_kind, period_start, parent_code, division_code)
    left join better_ranks using (period_kind, period_start, parent_code, division_code)
)

select * from next_goal
