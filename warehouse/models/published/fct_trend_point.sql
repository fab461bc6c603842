{{ config(materialized='incremental', on_schema_change='fail', meta={'rebuilt': 'from_month'}) }}

with fct_trend_point as (
    select
        division_code,
        indicator_code,
        period_start,
        value,
        numerator,
        denominator,
        centre,
        lower,
        upper,
        near_lower,
        near_upper,
        chart,
        signal,
        signal_kind,
        cases_since_miss,
        window_months,
        rebased_on,
        false_alarm_rate,
    from {{ ref('trend_point') }}
    left join {{ ref('false_alarm_rate') }} using (chart, measure_kind, window_months)
    where {{ is_rebuilt() }}
)

select * from fct_trend_point
