{{ config(materialized='incremental', on_schema_change='fail') }}

with fct_ranking as (
    select
        period_kind,
        period_start,
        parent_code,
        division_code,
        score,
        weight_share,
        grade,
        is_vetoed,
        vetoed_by,
        is_assessed,
        rank,
        rank_low,
        rank_high,
        p_top3,
        p_bottom3,
        p_front,
        p_rear,
        tier,
        previous_rank,
        previous_score,
        score_trend,
        weight_rank_low,
        weight_rank_high,
        leave_one_out_rank_low,
        leave_one_out_rank_high,
        improvement,
        improvement_rank,
        is_at_ceiling,
        is_provisional,
        expected_score,
        missing_sources,
        veto_indicator_code,
        veto_numerator,
        veto_denominator,
        veto_ci_high,
        veto_misses_left,
    from {{ ref('ranking') }}
    where {{ is_rebuilt() }}
)

select * from fct_ranking
