{{ config(materialized='incremental', on_schema_change='fail') }}

with results as (
    select * from {{ ref('indicator_result') }} where {{ is_rebuilt() }}
),

shrunk_values as (
    select period_kind, period_start, division_code, indicator_code, shrunk_value
    from {{ ref('shrunk_value') }}
    where {{ is_rebuilt() }}
),

fct_indicator_result as (
    select
        period_kind,
        period_start,
        division_code,
        indicator_code,
        level,
        numerator,
        denominator,
        pending,
        value,
        shrunk_value,
        target_value::double as target_value,
        is_reached,
        ci_low,
        ci_high,
        zero_defect_bound,
        verdict,
        is_serious,
        is_provisional,
    from results
    left join shrunk_values using (period_kind, period_start, division_code, indicator_code)
)

select * from fct_indicator_result
