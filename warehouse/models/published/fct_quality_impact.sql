with fct_quality_impact as (
    select
        rule_id,
        indicator_code,
        division_code,
        period_start,
        effect,
        numerator,
        denominator,
        suspect_rows,
        value,
        value_if_all_good,
        value_if_all_bad,
        target_value,
        crosses_target,
    from {{ ref('quality_impact') }}
)

select * from fct_quality_impact
