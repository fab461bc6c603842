with results as (
    select * from {{ ref('indicator_result') }} where is_veto and {{ is_rebuilt() }}
),

windows as (
    select
        counts.period_start as last_month,
        counts.division_code,
        counts.indicator_code,
        numerator as window_numerator,
        denominator as window_denominator,
        intervals.ci_high as window_ci_high,
    from {{ ref('period_count') }} as counts
    left join {{ ref('binomial_interval') }} as intervals using (numerator, denominator)
    where counts.period_kind = 'trailing_{{ var('veto_window_months') }}' and {{ is_rebuilt() }}
),

{#- Whoever withholds what could veto it is no better off than with the worst of it. #}
veto as (
    select
        period_kind,
        period_start,
        division_code,
        indicator_code,
        window_numerator,
        window_denominator,
        window_ci_high,
        tolerance_value,
        verdict = 'not_delivered' or coalesce(
            verdict <> 'not_applicable'
            and not is_provisional
            and numerator < denominator
            and window_ci_high < tolerance_value,
            false
        ) as is_vetoing,
    from results
    inner join {{ ref('period') }} using (period_kind, period_start)
    left join windows using (last_month, division_code, indicator_code)
)

select * from veto
