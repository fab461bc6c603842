with fct_quality_failure as (
    select
        rule_id,
        source,
        record_ref,
        division_code,
        period_start,
        first_seen,
        last_seen,
        resolved_on,
        runs_failing,
        source_file,
        source_row,
    from {{ ref('quality_failure') }}
)

select * from fct_quality_failure
