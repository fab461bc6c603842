{{ config(meta={
    'dagster': {'ref': {'name': 'fct_outlook'}},
    'text_zh': '年度展望的数字前后不符',
    'text_en': 'The figures of an outlook contradict each other',
}) }}

-- At the required rate the rest of the year brings it to the target; chances and words for them follow the counted months.
with outlooks as (
    select *, months_left * mean_monthly_denominator as still_to_come from {{ ref('fct_outlook') }}
)

select *
from outlooks
where
    abs(required_rate * still_to_come + ytd_numerator - target_value * (ytd_denominator + still_to_come)) > 1e-6
    or (required_rate is null) <> (is_out_of_reach is null)
    or (is_out_of_reach and required_rate < 1 - 1e-9)
    or (not is_out_of_reach and required_rate > 1 + 1e-9)
    or months_left <> 12 - month(period_start)
    or not months_reached between 0 and months_counted
    or months_counted > {{ var('outlook_most_months') }}
    or (capability is null) <> (months_counted < {{ var('outlook_least_months') }})
    or abs(next_month_probability * (months_counted + 1) - months_reached - 0.5) > 1e-9
    or (capability = 'reliable') <> (next_month_probability >= {{ var('reliable_probability') }})
    or (capability = 'unlikely') <> (next_month_probability <= {{ var('unlikely_probability') }})
