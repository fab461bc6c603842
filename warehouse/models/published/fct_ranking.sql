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
        previous_rank,
        previous_score,
        is_provisional,
    from {{ ref('ranking') }}
)

select * from fct_ranking
