with versions as (
    select * from {{ source('lake', 'service_event') }}
),

landed_batch as (
    select * from {{ ref('landed_batch') }}
),

ranked as (
    select versions.*, {{ version_rank(['versions.event_no']) }} as precedence
    from versions
    inner join landed_batch on versions.batch_id = landed_batch.batch_id
),

stg_service_event as (
    select
        cast(event_no as string) as event_no,
        cast(kind as string) as kind,
        cast(village_code as string) as village_code,
        cast(record_no as string) as record_no,
        cast(due_date as date) as due_date,
        cast(completed_at as timestamp) as completed_at,
        cast(fee as decimal(12, 2)) as fee,
        {{ township_of('village_code') }} as township_code,
        {{ month_of('due_date') }} as event_month,
        cast(unreadable as string) as unreadable,
        cast(source_file as string) as source_file,
        cast(source_row as bigint) as source_row,
        cast(batch_id as string) as batch_id,
        cast(as_of as date) as as_of
    from ranked
    where precedence = 1
)

select * from stg_service_event
