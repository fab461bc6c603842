with due_service as (
    select
        event_month as period_month,
        township_code,
        cast('service_event' as string) as source,
        event_no as record_ref,
        kind,
        due_date,
        completed_at,
        source_file,
        source_row
    from {{ ref('stg_service_event') }}
    where {{ is_rebuilt('event_month') }}
)

select * from due_service
