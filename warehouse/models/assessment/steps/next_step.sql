{{ config(materialized='table') }}

with clock as (
    select now, {{ month_of('now') }} as running_month, now < {{ end_of_day(last_day_of_month('now')) }} as is_running
    from (select {{ end_of_day('max(as_of)') }} as now from {{ source('lake', 'batch') }}) as newest
),

indicators as (
    select indicator_code, measure_kind = 'stock' as is_stock, coalesce(is_open_until_month_end, false) as is_open_until_month_end
    from {{ ref('indicators') }}
),

{#- Of what is withheld there are no cases to mend: it has to be delivered. -#}
results as (
    select
        *,
        judged_denominator - judged_numerator as missed,
        (target_value * 1000000)::bigint as target_millionths,
    from {{ ref('indicator_result') }}
    where level <> 'village' and target_value is not null and verdict is distinct from 'not_delivered'
),

contributions as (
    select period_kind, period_start, division_code, indicator_code, attainment, effective_weight, lost
    from {{ ref('score_contribution') }}
),

{#- A file is there again in the next snapshot; what a snapshot that others followed says is over. -#}
newest_months as (
    select division_code, indicator_code, max(period_start) as newest_month
    from results
    where period_kind = 'month' and denominator > 0
    group by all
),

running_months as (
    select division_code, indicator_code, missed as missed_so_far
    from results
    inner join clock on period_start = running_month and is_running
    where period_kind = 'month'
),

due_by_division as (
    select period_month, ancestor_code as division_code, indicator_code, max(latest_due_at) as latest_due_at
    from {{ ref('pending_due') }}
    inner join {{ ref('dim_division_ancestor') }} using (division_code)
    group by all
),

due_by_period as (
    select period_kind, period_start, division_code, indicator_code, max(latest_due_at) as latest_due_at
    from due_by_division
    inner join {{ ref('period') }} on period_month between first_month and last_month
    group by all
),

mendable as (
    select
        results.*,
        case
            when is_stock then if(newest_month <= last_month, missed, 0)
            when is_open_until_month_end and running_month between first_month and last_month then coalesce(missed_so_far, 0)
            else 0
        end as mendable,
        case
            when not is_stock then {{ end_of_day(last_day_of_month('now')) }}
            when now < {{ end_of_day('last_day') }} then {{ end_of_day('last_day') }}
            else {{ end_of_day(last_day_of_month(plus_months('last_month', 1))) }}
        end as mendable_until,
        latest_due_at,
    from results
    inner join {{ ref('period') }} using (period_kind, period_start)
    inner join indicators using (indicator_code)
    cross join clock
    left join newest_months using (division_code, indicator_code)
    left join running_months using (division_code, indicator_code)
    left join due_by_period using (period_kind, period_start, division_code, indicator_code)
    where missed > 0 or pending > 0
),

{#- In whole millionths, so that no division decides. A mended case moves from missed to met; a pending one is added to both. -#}
counted as (
    select
        *,
        greatest(0, (target_millionths * judged_denominator + 999999) // 1000000 - judged_numerator) as cases_to_target,
        greatest(0, target_millionths * judged_denominator - 1000000 * (judged_numerator + mendable)) as short_of_target,
    from mendable
),

next_step as (
    select
        period_kind,
        period_start,
        division_code,
        indicator_code,
        level,
        judged_denominator as denominator,
        missed,
        round(100 * effective_weight * (
            if(
                judged_numerator + 1 >= target_value * judged_denominator,
                1,
                greatest(
                    0,
                    (judged_numerator + 1 - floor_value * judged_denominator)
                    / ((target_value - floor_value) * judged_denominator)
                )
            )::double - attainment
        ), 9) as points_per_case,
        lost as points_to_target,
        cases_to_target,
        pending,
        mendable + pending as can_still_meet,
        greatest(if(mendable > 0, mendable_until, null), if(pending > 0, latest_due_at, null)) as latest_due_at,
        missed - mendable as lost_for_good,
        case
            when short_of_target = 0 then least(cases_to_target, mendable)
            when short_of_target <= pending * (1000000 - target_millionths)
                then mendable + (short_of_target + 999999 - target_millionths) // (1000000 - target_millionths)
        end as open_to_target,
    from counted
    left join contributions using (period_kind, period_start, division_code, indicator_code)
)

select * from next_step
