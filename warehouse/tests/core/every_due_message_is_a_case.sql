{{ config(meta={
    'text_zh': '到期的信息与考核个案对不上',
    'text_en': 'Due messages and cases do not match',
}) }}

-- A message of a covered township to which a due rule applies is one case, and nothing else is.
with due as (
    select messages.township_code, messages.message_no
    from {{ ref('stg_exchange_message') }} as messages
    inner join {{ ref('deadlines') }} as deadlines
        on
            messages.kind = deadlines.message_kind
            and messages.urgency = deadlines.urgency
            and {{ is_in_force('cast(messages.sent_at as date)', 'deadlines') }}
    where messages.township_code in (
        select township_code from {{ ref('ledger_coverage') }} where source = 'exchange_message'
    )
),

cases as (
    select township_code, case_ref from {{ ref('fct_message') }}
)

(select 'not a case' as problem, * from due except all select 'not a case', * from cases)
union all
(select 'not due' as problem, * from cases except all select 'not due', * from due)
