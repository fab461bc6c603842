with cases as (
    select * from {{ ref('case_outcome') }} where {{ is_rebuilt() }}
),

missed_case as (
    select period_month, indicator_code, division_code, case_ref, outcome as reason, due_at, source_file, source_row
    from cases
    inner join {{ ref('landed_indicator') }} using (period_month, township_code, indicator_code)
    where is_counted and outcome not in ('met', 'pending')
)

select * from missed_case
