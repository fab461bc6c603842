{{ config(materialized='incremental', incremental_strategy='append', pre_hook='{{ delete_rebuilt_periods() }}') }}

with results as (
    select *
    from {{ ref('indicator_result') }}
    where is_veto and not is_provisional and numerator < denominator and {{ is_rebuilt_period() }}
),

window_intervals as (
    select counts.period_start as last_month, counts.division_code, counts.indicator_code, ci_high
    from {{ ref('period_count') }} as counts
    inner join {{ ref('binomial_interval') }} as intervals using (numerator, denominator)
    where counts.period_kind = 'trailing_{{ var('veto_window_months') }}' and {{ is_rebuilt_period() }}
),

veto as (
    select results.period_kind, results.period_start, results.division_code, results.indicator_code
    from results
    inner join {{ ref('period') }} as periods using (period_kind, period_start)
    inner join window_intervals using (last_month, division_code, indicator_code)
    where window_intervals.ci_high < results.tolerance_value
)

select * from veto
