with fct_quality_repair as (
    select
        division_code,
        open_rows,
        waived_rows,
        resolved_rows,
        mean_days_to_resolve,
        median_days_to_resolve,
        oldest_open_on,
    from {{ ref('quality_repair') }}
)

select * from fct_quality_repair
