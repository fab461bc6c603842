with compared_divisions as (
    select compared.*, last_day as judged_on
    from {{ ref('compared_division') }} as compared
    inner join {{ ref('period') }} using (period_kind, period_start)
    where {{ is_rebuilt() }}
),

targets as (
    select * from {{ ref('target_in_force') }} where weight > 0
),

results as (
    select * from {{ ref('indicator_result') }} where {{ is_rebuilt() }}
),

{#- A scored indicator that has not landed is applicable, not assessed: it lowers the share that the score speaks for. One
    that is withheld is assessed, as nothing at all: silence never pays. #}
scored_indicator as (
    select
        compared_divisions.period_kind,
        compared_divisions.period_start,
        compared_divisions.parent_code,
        compared_divisions.division_code,
        targets.indicator_code,
        targets.weight,
        targets.target_value,
        targets.floor_value,
        judged_numerator,
        judged_denominator,
        ci_high,
        coalesce(verdict <> 'not_applicable', true) as is_applicable,
        coalesce(verdict <> 'not_applicable', false) as is_assessed,
        is_provisional,
        case
            when not is_assessed then null
            when verdict = 'not_delivered' then 0
            when is_reached then 1
            else greatest(
                0,
                (judged_numerator - targets.floor_value * judged_denominator)
                / ((targets.target_value - targets.floor_value) * judged_denominator)
            )
        end::double as attainment,
    from compared_divisions
    inner join targets
        on compared_divisions.division_code = targets.division_code
        and judged_on between first_day and last_day
    left join results
        on compared_divisions.period_kind = results.period_kind
        and compared_divisions.period_start = results.period_start
        and compared_divisions.division_code = results.division_code
        and targets.indicator_code = results.indicator_code
)

select * from scored_indicator
