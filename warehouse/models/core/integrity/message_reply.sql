with messages as (
    select * from {{ ref('fct_message') }} where {{ is_rebuilt() }}
),

ledger as (
    select * from {{ ref('stg_exchange_message') }} where received_at is not null and replied_at is not null
),

haste as (
    select window_seconds from {{ ref('integrity_signals') }} where signal_kind = 'instant'
),

-- A reply dated before its receipt is out of order, not quick.
message_reply as (
    select
        messages.period_month,
        messages.township_code,
        messages.source,
        messages.case_ref as record_ref,
        ledger.received_at,
        ledger.replied_at,
        cast(
            ledger.replied_at >= ledger.received_at
            and ledger.replied_at <= ledger.received_at + haste.window_seconds * interval '1' second as boolean
        ) as is_instant,
        messages.source_file,
        messages.source_row
    from messages
    inner join ledger
        on messages.township_code = ledger.township_code and messages.case_ref = ledger.message_no
    cross join haste
)

select * from message_reply
