{{ config(meta={
    'dagster': {'ref': {'name': 'fct_indicator_result'}},
    'text_zh': '有个案没有恰好计入一次',
    'text_en': 'A case is not counted exactly once, or a missed one is not listed',
}) }}

-- Of what has landed, every case of a fact is met, missed or pending in exactly one township's month; the missed are listed.
with cases as (
    select
        period_month as period_start,
        township_code as division_code,
        indicator_code,
        count(*) filter (where is_counted and outcome = 'met') as met,
        count(*) filter (where outcome = 'pending') as pending,
        count(*) filter (where is_counted and outcome not in ('met', 'pending')) as missed,
    from {{ ref('case_outcome') }}
    inner join {{ ref('landed_indicator') }} using (period_month, township_code, indicator_code)
    group by all
),

listed as (
    select period_start, left(division_code, 9) || '000' as division_code, indicator_code, count(*) as listed
    from {{ ref('fct_missed_case') }}
    group by all
),

results as (
    select
        period_start, division_code, indicator_code, coalesce(numerator, 0) as numerator,
        coalesce(denominator, 0) as denominator, pending as not_due,
    from {{ ref('fct_indicator_result') }}
    where period_kind = 'month' and level = 'township'
)

select *
from results
full join cases using (period_start, division_code, indicator_code)
full join listed using (period_start, division_code, indicator_code)
where
    not_due is null
    or (numerator, denominator - numerator, not_due) <> (coalesce(met, 0), coalesce(missed, 0), coalesce(pending, 0))
    or coalesce(listed, 0) <> coalesce(missed, 0)
