{{ config(meta={'rebuilt': 'month'}) }}

with pending_due as (
    select period_month, division_code, indicator_code, max(due_at) as latest_due_at
    from {{ ref('case_outcome') }}
    where outcome = 'pending' and {{ is_rebuilt() }}
    group by all
)

select * from pending_due
