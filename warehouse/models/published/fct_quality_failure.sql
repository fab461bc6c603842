with fct_quality_failure as (
    select
        rule_id,
        source,
        record_ref,
        origin,
        division_code,
        period_start,
        first_seen,
        last_seen,
        resolved_on,
        runs_failing,
        reopened_on,
        times_reopened,
        is_waived,
        batch_id,
        source_file,
        source_row,
        sheet_name,
        place,
        is_withdrawn,
    from {{ ref('quality_failure') }}
)

select * from fct_quality_failure
