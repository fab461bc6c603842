{{ config(meta={
    'text_zh': '同一天有两条期限规则适用于同类信息',
    'text_en': 'Two due rules apply to messages of one kind on the same day',
}) }}

-- On any day at most one due rule applies to messages of a kind and urgency.
with rules as (
    select *, row_number() over (order by message_kind, urgency, valid_from, indicator_code) as rule_number
    from {{ ref('deadlines') }}
)

select earlier.message_kind, earlier.urgency, earlier.valid_from, later.valid_from as also_from
from rules as earlier
inner join rules as later
    on
        earlier.message_kind = later.message_kind
        and earlier.urgency = later.urgency
        and earlier.rule_number < later.rule_number
        and (earlier.valid_to is null or later.valid_from <= earlier.valid_to)
        and (later.valid_to is null or earlier.valid_from <= later.valid_to)
