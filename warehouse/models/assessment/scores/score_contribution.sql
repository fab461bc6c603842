with assessed_indicators as (
    select * from {{ ref('scored_indicator') }} where is_assessed and {{ is_rebuilt() }}
),

scores as (
    select period_kind, period_start, division_code, 100000000 - round(score * 1e6)::bigint as lost_millionths
    from {{ ref('division_score') }}
    where {{ is_rebuilt() }}
),

contributions as (
    select
        period_kind,
        period_start,
        parent_code,
        division_code,
        indicator_code,
        attainment,
        weight / sum(weight) over assessed as effective_weight,
        100 * weight * attainment / sum(weight) over assessed as contribution,
        100 * weight * (1 - attainment) / sum(weight) over assessed as lost,
    from assessed_indicators
    window assessed as (partition by period_kind, period_start, division_code)
),

{#- To six decimals, as the score is: whole millionths first, what they lack of 100 less the score to the largest
    remainders. #}
whole_millionths as (
    select *, floor(lost * 1e6)::bigint as whole, lost * 1e6 - whole as remainder
    from contributions
),

score_contribution as (
    select
        whole_millionths.* exclude (whole, remainder),
        whole + if(
            row_number() over (division order by remainder desc, indicator_code) + sum(whole) over division
            <= scores.lost_millionths, 1, 0
        )::bigint as lost_millionths,
    from whole_millionths
    inner join scores using (period_kind, period_start, division_code)
    window division as (partition by period_kind, period_start, division_code)
)

select * from score_contribution
