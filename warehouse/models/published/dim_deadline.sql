with dim_deadline as (
    select
        indicator_code,
        message_kind,
        urgency,
        valid_from,
        due_days,
        valid_to,
        source_clause,
    from {{ ref('deadlines') }}
)

select * from dim_deadline
