{# The extracts by shape, as their contracts have it (a test compares the two both ways). #}

{% macro snapshot_sources() -%}
    {{ return(['gpl_resident', 'padis_resident', 'rental_tenancy']) }}
{%- endmacro %}

{% macro ledger_sources() -%}
    {{ return(['exchange_message', 'system_login', 'service_event', 'survey_response', 'audit_sample']) }}
{%- endmacro %}

{# Extracts that say in which village something lies. #}
{% macro village_sources() -%}
    {{ return(['gpl_resident', 'padis_resident', 'rental_tenancy', 'service_event']) }}
{%- endmacro %}

{# A list of names as SQL literals. #}
{% macro literals(names) -%}
    {% for name in names %}'{{ name }}'{{ ', ' if not loop.last }}{% endfor %}
{%- endmacro %}
