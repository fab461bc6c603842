{# The facts whose outcome columns are indicators. dbt must see every `ref` when it parses, before the catalogue can be
   read; `tests/assessment/catalogue_names_every_outcome_column.sql` keeps this list and the catalogue equal. #}
{% macro outcome_facts() -%}
    {{ return([
        'fct_known_person',
        'fct_registry_person',
        'fct_resident_file',
        'fct_tenant',
        'fct_message',
        'fct_township_day',
        'fct_service_event',
        'fct_survey_response',
        'fct_audit_sample',
    ]) }}
{%- endmacro %}

{# The outcome columns of one fact, by the catalogue. Empty while dbt only parses. #}
{% macro outcome_columns(fact) -%}
    {% set query %}
        select indicator_code from {{ ref('indicators') }} where fact = '{{ fact }}' order by position, indicator_code
    {% endset %}
    {{ return(run_query(query).columns[0].values() if execute else []) }}
{%- endmacro %}
