with fct_quality_waived as (
    select
        indicator_code,
        division_code,
        period_start,
        waived_rows,
    from {{ ref('quality_waived') }}
)

select * from fct_quality_waived
