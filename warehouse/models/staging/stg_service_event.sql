with newest_versions as (
    {{ newest_versions('service_event') }}
),

stg_service_event as (
    select
        giver_code,
        cast(event_no as string) as event_no,
        cast(kind as string) as kind,
        cast(village_code as string) as village_code,
        cast(record_no as string) as record_no,
        cast(due_date as date) as due_date,
        cast(completed_at as timestamp) as completed_at,
        cast(fee as decimal(12, 2)) as fee,
        {{ township_of('village_code') }} as township_code,
        {{ month_of('due_date') }} as event_month,
        {{ trace_columns() }}
    from newest_versions
)

select * from stg_service_event
