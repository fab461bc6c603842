{# What a township can look up in its own papers: a tenancy has no number, so house, start and row name it. #}
{% macro tenancy_ref(relation='') -%}
    {%- set of = relation ~ '.' if relation else '' -%}
    cast(
        {{ of }}house_no || ' ' || cast({{ of }}start_date as string) || ' ' || cast({{ of }}source_row as string) as string
    )
{%- endmacro %}
