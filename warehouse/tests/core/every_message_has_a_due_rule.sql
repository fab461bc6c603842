-- A message that no due rule applies to is judged by no indicator: a seed row is missing.
{{ config(severity='warn', meta={
    'seed': 'deadlines',
    'text_zh': '有信息没有适用的期限规则，不计入任何指标',
    'text_en': 'A message has no due rule, so no indicator judges it',
}) }}

select messages.message_no, messages.kind, messages.urgency, messages.source_file, messages.source_row
from {{ ref('stg_exchange_message') }} as messages
left join {{ ref('deadlines') }} as deadlines
    on
        messages.kind = deadlines.message_kind
        and messages.urgency = deadlines.urgency
        and {{ is_in_force('cast(messages.sent_at as date)', 'deadlines') }}
where deadlines.indicator_code is null
