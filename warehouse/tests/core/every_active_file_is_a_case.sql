{{ config(meta={
    'text_zh': '在管档案与考核个案对不上',
    'text_en': 'Active files and cases do not match',
}) }}

-- A file active at the month's end is a case of fct_resident_file, and nothing else is. (Once: its grain is tested.)
with active as (
    select period_month, township_code, record_no, source_file, source_row
    from {{ ref('stg_gpl_resident') }}
    where is_active
),

cases as (
    select period_month, township_code, case_ref, source_file, source_row
    from {{ ref('fct_resident_file') }}
)

select active.*, cases.*
from active
full outer join cases
    on
        active.period_month = cases.period_month
        and active.township_code = cases.township_code
        and active.record_no = cases.case_ref
        and active.source_file = cases.source_file
        and active.source_row = cases.source_row
where active.record_no is null or cases.case_ref is null
