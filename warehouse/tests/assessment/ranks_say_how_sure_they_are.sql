{{ config(meta={
    'dagster': {'ref': {'name': 'fct_ranking'}},
    'text_zh': '有名次而无名次区间，或有区间而无名次',
    'text_en': 'A rank has no interval, or an interval has no rank',
}) }}

-- Who is ranked has an interval around the rank, chances and ranks by other weights; nobody else has any of them.
with units as (
    select *, count(rank) over (partition by period_kind, period_start, parent_code) as ranked_count
    from {{ ref('fct_ranking') }}
),

vetoed_apart as (
    select period_kind, period_start, parent_code, max(rank_high) filter (where not is_vetoed) as last_unvetoed,
        min(rank_low) filter (where is_vetoed) as first_vetoed
    from units
    group by all
)

select units.*
from units
inner join vetoed_apart using (period_kind, period_start, parent_code)
where
    (rank is null) <> (rank_low is null)
    or (rank is null) <> (rank_high is null)
    or (rank is null) <> (p_top3 is null)
    or (rank is null) <> (p_bottom3 is null)
    or (rank is null) <> (weight_rank_low is null)
    or (rank is null) <> (weight_rank_high is null)
    or not (1 <= rank_low and rank_low <= rank and rank <= rank_high and rank_high <= ranked_count)
    or not (1 <= weight_rank_low and weight_rank_low <= weight_rank_high and weight_rank_high <= ranked_count)
    or not (1 <= leave_one_out_rank_low and leave_one_out_rank_low <= leave_one_out_rank_high)
    or leave_one_out_rank_high > ranked_count
    or (tier is null) <> (rank is null or ranked_count < {{ var('min_tier_units') }})
    or (score_trend is not null and (rank is null or previous_rank is null))
    or first_vetoed <= last_unvetoed
    or (improvement is null) <> (improvement_rank is null)
    or (is_at_ceiling and improvement is not null)
    or (rank is null and improvement is not null)
