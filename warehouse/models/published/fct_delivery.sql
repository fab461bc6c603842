with fct_delivery as (
    select
        division_code,
        source,
        period_start,
        state,
        as_of,
        days_after_month_end,
        file_name,
    from {{ ref('delivery') }}
)

select * from fct_delivery
