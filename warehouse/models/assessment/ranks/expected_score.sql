with scored_indicators as (
    select * from {{ ref('scored_indicator') }} where is_assessed and {{ is_rebuilt() }}
),

pooled_counts as (
    select * from {{ ref('pooled_count') }} where pooled_denominator > 0
),

{#- Each unit's own indicators, at the rate of all ranked units together; exact and in decimals, as the score itself is. #}
expected_attainments as (
    select
        scored_indicators.*,
        case
            when pooled_numerator::decimal(18, 0) >= target_value * pooled_denominator::decimal(18, 0) then 1
            else greatest(
                0,
                (pooled_numerator - floor_value * pooled_denominator)
                / ((target_value - floor_value) * pooled_denominator)
            )
        end::double::decimal(18, 15) as expected_attainment,
    from scored_indicators
    inner join pooled_counts using (period_kind, period_start, parent_code, indicator_code)
),

expected_score as (
    select
        period_kind,
        period_start,
        parent_code,
        division_code,
        round(100 * sum(weight * expected_attainment)::double / sum(weight)::double, 6) as expected_score,
    from expected_attainments
    group by all
)

select * from expected_score
