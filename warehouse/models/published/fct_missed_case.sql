with fct_missed_case as (
    select
        indicator_code,
        period_month as period_start,
        division_code,
        case_ref,
        reason,
        due_at,
        source_file,
        source_row,
    from {{ ref('missed_case') }}
)

select * from fct_missed_case
