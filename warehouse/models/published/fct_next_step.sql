with fct_next_step as (
    select
        period_kind,
        period_start,
        division_code,
        indicator_code,
        level,
        denominator,
        missed,
        points_per_case,
        points_to_target,
        cases_to_target,
        pending,
        can_still_meet,
        latest_due_at,
        lost_for_good,
        open_to_target,
    from {{ ref('next_step') }}
)

select * from fct_next_step
