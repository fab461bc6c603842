with fct_outlook as (
    select
        division_code,
        indicator_code,
        period_start,
        capability,
        next_month_probability,
        months_reached,
        months_counted,
        year_to_date,
        ytd_numerator,
        ytd_denominator,
        target_value,
        months_left,
        mean_monthly_denominator,
        required_rate,
        is_out_of_reach,
    from {{ ref('outlook') }}
)

select * from fct_outlook
