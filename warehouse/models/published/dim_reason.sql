with dim_reason as (
    select
        reason_code,
        position,
        text_zh,
        text_en,
    from {{ ref('reasons') }}
)

select * from dim_reason
