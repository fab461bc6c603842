with ranks as (
    select * from {{ ref('division_rank') }}
),

rebuilt_ranks as (
    select *, count(rank) over (partition by period_kind, period_start, parent_code) as ranked_count
    from ranks
    where {{ is_rebuilt() }}
),

compared_ranks as (
    select rebuilt_ranks.*, previous_ranks.rank as previous_rank, previous_ranks.score as previous_score
    from rebuilt_ranks
    inner join {{ ref('earlier_period') }} using (period_kind, period_start)
    left join ranks as previous_ranks
        on rebuilt_ranks.period_kind = previous_ranks.period_kind
        and previous_start = previous_ranks.period_start
        and rebuilt_ranks.division_code = previous_ranks.division_code
),

{#- What the indicators of both periods say of the score, on which the test of chance and the scores have to agree. #}
moved_scores as (
    select
        period_kind,
        period_start,
        parent_code,
        division_code,
        round(
            100 * sum(weight * attainment) / sum(weight)
            - 100 * sum(previous_weight * previous_attainment) / sum(previous_weight),
            6
        ) as moved,
    from {{ ref('compared_indicator') }}
    where {{ is_rebuilt() }}
    group by all
),

veto_distances as (
    select
        window_numerator as veto_numerator,
        window_denominator as veto_denominator,
        tolerance_value as veto_tolerance_value,
        misses_left as veto_misses_left,
    from {{ ref('veto_distance') }}
),

ranking as (
    select
        compared_ranks.* exclude (ranked_count, veto_tolerance_value),
        veto_misses_left,
        expected_score,
        rank_low,
        rank_high,
        p_top as p_top3,
        p_bottom as p_bottom3,
        p_front,
        p_rear,
        case
            when rank is null or ranked_count < {{ var('min_tier_units') }} then null
            when p_front >= {{ var('tier_probability') }} then 'front'
            when p_rear >= {{ var('tier_probability') }} then 'rear'
            else 'middle'
        end as tier,
        {#- Two-sided, as the rank interval is. #}
        case
            when p_up is null then null
            when p_up <= {{ (1 - var('rank_confidence')) / 2 }} and moved > 0 then 'improved'
            when p_down <= {{ (1 - var('rank_confidence')) / 2 }} and moved < 0 then 'worsened'
            else 'no_clear_change'
        end as score_trend,
        weight_rank_low,
        weight_rank_high,
        leave_one_out_rank_low,
        leave_one_out_rank_high,
        improvement,
        improvement_rank,
        coalesce(is_at_ceiling, false) as is_at_ceiling,
    from compared_ranks
    left join {{ ref('rank_interval') }} using (period_kind, period_start, parent_code, division_code)
    left join {{ ref('rank_robustness') }} using (period_kind, period_start, parent_code, division_code)
    left join {{ ref('score_comparison') }} using (period_kind, period_start, parent_code, division_code)
    left join moved_scores using (period_kind, period_start, parent_code, division_code)
    left join {{ ref('expected_score') }} using (period_kind, period_start, parent_code, division_code)
    left join veto_distances using (veto_numerator, veto_denominator, veto_tolerance_value)
    left join {{ ref('improvement') }} using (period_kind, period_start, parent_code, division_code)
)

select * from ranking
