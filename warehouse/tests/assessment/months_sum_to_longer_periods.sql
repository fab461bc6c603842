{{ config(meta={
    'dagster': {'ref': {'name': 'fct_indicator_result'}},
    'text_zh': '季度或本年累计不等于各月之和',
    'text_en': 'A quarter or a year to date is not the sum of its months',
}) }}

-- Flow and sample: a quarter and a year to date are the sums of their months, of those that landed.
with results as (
    select *
    from {{ ref('fct_indicator_result') }}
    semi join {{ ref('dim_indicator') }} as summed
        on fct_indicator_result.indicator_code = summed.indicator_code and measure_kind <> 'stock'
),

longer as (
    select results.*, first_month, last_month
    from results
    inner join {{ ref('period') }} using (period_kind, period_start)
    where period_kind <> 'month'
),

month_sums as (
    select
        longer.period_kind,
        longer.period_start,
        longer.division_code,
        longer.indicator_code,
        sum(months.numerator) as numerator,
        sum(months.denominator) as denominator,
        sum(months.pending) as pending,
    from longer
    left join results as months
        on months.period_kind = 'month'
        and months.period_start between first_month and last_month
        and months.division_code = longer.division_code
        and months.indicator_code = longer.indicator_code
    group by all
)

select *
from longer
inner join month_sums using (period_kind, period_start, division_code, indicator_code)
where
    (longer.numerator, longer.denominator, longer.pending)
    is distinct from (month_sums.numerator, month_sums.denominator, month_sums.pending)
