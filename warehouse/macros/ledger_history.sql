{# What the exports of a ledger said of each row, one after the other. #}

{# The versions of each row in the order in which they were in force (`version_no` from 1), by `giver_code` and number. Of
   one as-of date only the narrowest scope speaks (its re-sent files each in turn), of one file the last row: a county's
   older copy of what a township exports itself contradicts nobody. A row whose place was corrected has one history, told
   where it stands now; what a version says against an earlier one is said in the version's own township. #}
{% macro ledger_history(ledger) -%}
    {%- set identity = ['giver_code'] + ledgers()[ledger].key -%}
    select
        scoped.*,
        row_number() over (
            partition by {{ identity | join(', ') }}
            order by as_of nulls last, sequence nulls last, batch_id
        ) as version_no
    from (
        select
            ranked.*,
            max(scope_rank) over (partition by {{ identity | join(', ') }}, as_of) as narrowest_scope
        from (
            select
                *,
                row_number() over (
                    partition by {{ identity | join(', ') }}, batch_id
                    order by source_row desc nulls last
                ) as row_rank
            from (
                select
                    {%- for column in ledgers()[ledger].key + accountable_ledgers()[ledger].done + accountable_ledgers()[ledger].fixed %}
                    {{ column }},
                    {%- endfor %}
                    coalesce(corrected_to, giver_code) as giver_code,
                    place_code as township_code,
                    case when is_county_wide then '0' else '1' end || scope_code as scope_rank,
                    sequence, unreadable, source_file, source_row, batch_id, as_of
                from (
                    {{ ledger_versions(ledger) }}
                ) as versions
            ) as placed
        ) as ranked
        where row_rank = 1
    ) as scoped
    where scope_rank = narrowest_scope
{%- endmacro %}

{# Per ledger: the times at which something was done, what may not change afterwards, the day from which a row belongs in
   every export, and when it was done with. #}
{% macro accountable_ledgers() -%}
    {{ return({
        'exchange_message': {
            'done': ['received_at', 'verified_at', 'replied_at'],
            'fixed': ['sent_at', 'kind', 'urgency'],
            'since': 'sent_at',
            'finished': "case when kind = 'inquiry' then replied_at else received_at end",
        },
        'service_event': {
            'done': ['completed_at'],
            'fixed': ['due_date', 'kind'],
            'since': 'due_date',
            'finished': 'completed_at',
        },
    }) }}
{%- endmacro %}

{# The history of every accountable ledger, as the first expressions of a `with`: `<ledger>_versions`. #}
{% macro ledger_histories() -%}
    {%- for ledger in accountable_ledgers() %}
{{ ledger }}_versions as (
    {{ ledger_history(ledger) }}
),
    {% endfor %}
{%- endmacro %}
