with fct_integrity_case as (
    select
        signal_kind,
        division_code,
        period_start,
        record_ref,
        source,
        source_file,
        source_row,
        detail,
    from {{ ref('integrity_case') }}
)

select * from fct_integrity_case
