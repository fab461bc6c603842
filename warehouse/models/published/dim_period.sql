with dim_period as (
    select
        period_kind,
        period_start,
        first_month,
        last_month,
        last_day,
        previous_start,
        has_begun,
        is_newest_closed,
    from {{ ref('period_state') }}
)

select * from dim_period
