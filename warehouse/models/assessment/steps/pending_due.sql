{{ config(materialized='incremental', incremental_strategy='append', pre_hook='{{ delete_rebuilt_months() }}') }}

with pending_due as (
    select period_month, division_code, indicator_code, max(due_at) as latest_due_at
    from {{ ref('case_outcome') }}
    where outcome = 'pending' and {{ is_rebuilt_month() }}
    group by all
)

select * from pending_due
