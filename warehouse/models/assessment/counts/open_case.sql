{{ config(materialized='table') }}

with clock as (
    select {{ end_of_day('max(as_of)') }} as now from {{ source('lake', 'batch') }}
),

cases as (
    {%- for fact in ['fct_message', 'fct_service_event'] %}
    select source, case_ref, division_code, due_indicator_code, due_at, source_file, source_row
    from {{ ref(fact) }}
    where open_state = 'open'
    {{- '\n    union all' if not loop.last }}
    {%- endfor %}
),

open_case as (
    select
        source,
        case_ref,
        division_code,
        due_indicator_code as indicator_code,
        due_at,
        date_diff('second', now, due_at) / 3600 as hours_left,
        if(due_at < now, 'overdue', 'open') as state,
        source_file,
        source_row,
    from cases
    cross join clock
)

select * from open_case
