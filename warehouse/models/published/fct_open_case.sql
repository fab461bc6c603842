with fct_open_case as (
    select
        source,
        case_ref,
        division_code,
        indicator_code,
        due_at,
        hours_left,
        state,
        source_file,
        source_row,
    from {{ ref('open_case') }}
)

select * from fct_open_case
