with fct_indicator_result as (
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
        target_value::double as target_value,
        is_reached,
        ci_low,
        ci_high,
        zero_defect_bound,
        verdict,
        is_serious,
        is_provisional,
    from {{ ref('indicator_result') }}
)

select * from fct_indicator_result
