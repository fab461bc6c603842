{# What the exports of a ledger said of each row, one after the other. #}

{# The versions of each row in the order in which they were in force (`version_no` from 1). Of one as-of date only the
   narrowest scope speaks (its re-sent files each in turn), of one file the last row: a county's older copy of what a
   township exports itself contradicts nobody. #}
{% macro ledger_history(extract, key, place) -%}
    select
        scoped.*,
        row_number() over (
            partition by {{ key }}
            order by as_of nulls last, sequence nulls last, batch_id
        ) as version_no
    from (
        select
            ranked.*,
            max(scope_rank) over (partition by {{ key }}, as_of) as narrowest_scope
        from (
            select
                versions.*,
                {{ township_of('versions.' ~ place) }} as township_code,
                landed_batch.sequence,
                case when landed_batch.is_county_wide then '0' else '1' end || landed_batch.scope_code as scope_rank,
                row_number() over (
                    partition by versions.{{ key }}, versions.batch_id
                    order by versions.source_row desc nulls last
                ) as row_rank
            from {{ source('lake', extract) }} as versions
            inner join {{ ref('landed_batch') }} as landed_batch on versions.batch_id = landed_batch.batch_id
        ) as ranked
        where row_rank = 1
    ) as scoped
    where scope_rank = narrowest_scope
{%- endmacro %}

{# Per ledger: its key, its place, the times at which something was done, and what may not change afterwards. #}
{% macro accountable_ledgers() -%}
    {{ return({
        'exchange_message': {
            'key': 'message_no',
            'place': 'to_code',
            'done': ['received_at', 'verified_at', 'replied_at'],
            'fixed': ['sent_at', 'kind', 'urgency'],
        },
        'service_event': {
            'key': 'event_no',
            'place': 'village_code',
            'done': ['completed_at'],
            'fixed': ['due_date', 'kind'],
        },
    }) }}
{%- endmacro %}

{# The history of every accountable ledger, as the first expressions of a `with`: `<ledger>_versions`. #}
{% macro ledger_histories() -%}
    {%- for ledger, columns in accountable_ledgers().items() %}
{{ ledger }}_versions as (
    {{ ledger_history(ledger, columns.key, columns.place) }}
),
    {% endfor %}
{%- endmacro %}
