with fct_quality_result as (
    select
        run_id,
        rule_id,
        source,
        period_start,
        origin,
        dimension,
        severity,
        rows_tested,
        rows_failed,
        rows_waived,
        affects_accuracy,
        blocks_publication,
        is_current,
    from {{ ref('quality_result') }}
)

select * from fct_quality_result
