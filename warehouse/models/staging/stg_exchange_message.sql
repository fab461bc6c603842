with newest_versions as (
    {{ newest_versions('exchange_message') }}
),

stg_exchange_message as (
    select
        giver_code,
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
        {{ trace_columns() }}
    from newest_versions
)

select * from stg_exchange_message
