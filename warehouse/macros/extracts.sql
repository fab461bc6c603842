{# The extracts by shape, as their contracts have it (a test compares the two both ways). #}

{% macro snapshot_sources() -%}
    {{ return(['gpl_resident', 'padis_resident', 'rental_tenancy']) }}
{%- endmacro %}

{% macro ledger_sources() -%}
    {{ return(ledgers().keys() | list) }}
{%- endmacro %}

{# Each ledger: its key, by whom that was given, the column that says where, and what else every row has to state. #}
{% macro ledgers() -%}
    {{ return({
        'exchange_message': {
            'key': ['message_no'],
            'number_given_by': 'platform',
            'place': 'to_code',
            'stated': ['kind', 'urgency', 'is_key', 'from_code', 'sent_at'],
        },
        'system_login': {
            'key': ['account_key', 'login_at'],
            'number_given_by': 'platform',
            'place': 'township_code',
            'stated': ['account_level'],
        },
        'service_event': {
            'key': ['event_no'],
            'number_given_by': 'township',
            'place': 'village_code',
            'stated': ['kind', 'due_date'],
        },
        'survey_response': {
            'key': ['response_no'],
            'number_given_by': 'township',
            'place': 'township_code',
            'stated': ['surveyed_date', 'is_aware', 'is_satisfied'],
        },
        'audit_sample': {
            'key': ['audit_no'],
            'number_given_by': 'township',
            'place': 'township_code',
            'stated': ['record_no', 'checked_date', 'first_result'],
        },
    }) }}
{%- endmacro %}

{# Extracts that say in which village something lies. #}
{% macro village_sources() -%}
    {{ return(['gpl_resident', 'padis_resident', 'rental_tenancy', 'service_event']) }}
{%- endmacro %}

{# A list of names as SQL literals. #}
{% macro literals(names) -%}
    {% for name in names %}'{{ name }}'{{ ', ' if not loop.last }}{% endfor %}
{%- endmacro %}
