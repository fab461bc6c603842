with versions as (
    select * from {{ source('lake', 'exchange_message') }}
),

landed_batch as (
    select * from {{ ref('landed_batch') }}
),

ranked as (
    select versions.*, {{ version_rank(['versions.message_no']) }} as precedence
    from versions
    inner join landed_batch on versions.batch_id = landed_batch.batch_id
),

stg_exchange_message as (
    select
        cast(message_no as string) as message_no,
        cast(kind as string) as kind,
        cast(urgency as string) as urgency,
        cast(is_key as boolean) as is_key,
        cast(from_code as string) as from_code,
        cast(to_code as string) as to_code,
        cast(sent_at as timestamp) as sent_at,
        cast(received_at as timestamp) as received_at,
        cast(verified_at as timestamp) as verified_at,
        cast(replied_at as timestamp) as replied_at,
        cast(outcome as string) as outcome,
        {{ township_of('to_code') }} as township_code,
        {{ month_of('sent_at') }} as event_month,
        cast(unreadable as string) as unreadable,
        cast(source_file as string) as source_file,
        cast(source_row as bigint) as source_row,
        cast(batch_id as string) as batch_id,
        cast(as_of as date) as as_of
    from ranked
    where precedence = 1
)

select * from stg_exchange_message
