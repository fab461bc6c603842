{{ config(meta={
    'text_zh': '台帐中有编号没有恰好一个现行版本',
    'text_en': 'A key of a ledger does not have exactly one version in force',
}) }}

-- Each key that a ledger's lake holds stands once in staging: versions are superseded, keys never lost.
{% set keys = {
    'exchange_message': 'message_no',
    'system_login': 'account_key, login_at',
    'service_event': 'event_no',
    'survey_response': 'response_no',
    'audit_sample': 'audit_no',
} %}
with key_counts as (
    {%- for ledger, key in keys.items() %}
    select
        '{{ ledger }}' as source,
        (select count(*) from (select distinct {{ key }} from {{ source('lake', ledger) }}) as keys) as key_count,
        (select count(*) from {{ ref('stg_' ~ ledger) }}) as version_count
    {{- ' union all' if not loop.last }}
    {%- endfor %}
)

select * from key_counts where key_count <> version_count
