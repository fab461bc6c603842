{{ config(meta={
    'text_zh': '应登录的日数与考核个案对不上',
    'text_en': 'Days to log in on and cases do not match',
}) }}

-- A township (no other unit that stands among them) has one case for each day of a landed month, as far as the data reach.
with landed as (
    select period_month, township_code, extract(day from ends_at) as day_count
    from {{ ref('landed_month') }}
    where source = 'system_login' and township_code not in ({{ unranked_divisions() }})
),

cases as (
    select period_month, township_code, count(*) as case_count
    from {{ ref('fct_township_day') }}
    group by period_month, township_code
)

select *
from landed
full outer join cases
    on landed.period_month = cases.period_month and landed.township_code = cases.township_code
where coalesce(landed.day_count, 0) <> coalesce(cases.case_count, 0)
