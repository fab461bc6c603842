with cases as (
    select * from {{ ref('case_outcome') }} where {{ is_rebuilt() }}
),

month_count as (
    select
        period_month,
        division_code,
        township_code,
        indicator_code,
        count(*) filter (where outcome = 'met') as met,
        count(*) filter (where outcome not in ('met', 'pending')) as missed,
        count(*) filter (where outcome = 'pending') as pending,
    from cases
    group by all
)

select * from month_count
