with messages as (
    select * from {{ ref('stg_exchange_message') }}
),

deadlines as (
    select * from {{ ref('deadlines') }}
),

coverage as (
    select * from {{ ref('ledger_coverage') }} where source = 'exchange_message'
),

due_messages as (
    select
        messages.*,
        cast(deadlines.indicator_code as string) as due_indicator_code,
        {{ plus_days('cast(messages.sent_at as date)', 'deadlines.due_days') }} as due_date,
        coverage.data_until
    from messages
    inner join deadlines
        on
            messages.kind = deadlines.message_kind
            and messages.urgency = deadlines.urgency
            and {{ is_in_force('cast(messages.sent_at as date)', 'deadlines') }}
    inner join coverage on messages.township_code = coverage.township_code
),

timed as (
    select
        *,
        {{ month_of('due_date') }} as period_month,
        {{ end_of_day('due_date') }} as due_at,
        {{ end_of_day('least(data_until, ' ~ last_day_of_month('due_date') ~ ')') }} as ends_at,
        due_date > data_until as is_pending,
        kind = 'inquiry' as is_inquiry
    from due_messages
),

rebuilt as (
    select * from timed where {{ is_rebuilt() }}
),

-- What each step of the way says against a message; null where it says nothing.
steps as (
    select
        *,
        case when is_pending then 'pending' end as not_yet_due,
        {{ missed_step('received_at', 'due_at', 'never_received', 'received_late') }} as receipt,
        {{ missed_step('verified_at', 'due_at', 'never_verified', 'verified_late') }} as verification,
        {{ missed_step('replied_at', 'due_at', 'never_replied', 'replied_late') }} as reply,
        {{ missed_step('replied_at', 'ends_at', 'never_replied', 'replied_late') }} as feedback,
        case when outcome in ('verified', 'departed') then 'met' else 'outcome_unknown' end as reply_content,
        case when is_inquiry then replied_at is null else received_at is null end as is_open
    from rebuilt
),

judged as (
    select
        *,
        case
            when due_indicator_code = 'inquiry_on_time' then coalesce(not_yet_due, receipt, verification, reply, 'met')
        end as inquiry_on_time,
        case
            when due_indicator_code = 'urgent_same_day' then coalesce(not_yet_due, receipt, reply, 'met')
        end as urgent_same_day,
        case when is_inquiry and is_key then coalesce(not_yet_due, feedback, 'met') end as key_inquiry_feedback,
        case when is_inquiry and not is_pending and feedback is null then reply_content end as effective_reply,
        case
            when due_indicator_code = 'birth_notice_receipt' then coalesce(not_yet_due, receipt, 'met')
        end as birth_notice_receipt,
        case
            when due_indicator_code = 'health_notice_receipt' then coalesce(not_yet_due, receipt, 'met')
        end as health_notice_receipt
    from steps
),

fct_message as (
    select
        period_month,
        township_code as division_code,
        township_code,
        message_no as case_ref,
        due_at,
        cast('exchange_message' as string) as source,
        source_file,
        source_row,
        due_indicator_code,
        cast(case when is_open then 'open' end as string) as open_state,
        cast(inquiry_on_time as string) as inquiry_on_time,
        cast(urgent_same_day as string) as urgent_same_day,
        cast(key_inquiry_feedback as string) as key_inquiry_feedback,
        cast(effective_reply as string) as effective_reply,
        cast(birth_notice_receipt as string) as birth_notice_receipt,
        cast(health_notice_receipt as string) as health_notice_receipt
    from judged
)

select * from fct_message
