{# A seed row is in force from the first to the last day of its validity, both included; without an end, for good. #}
{% macro is_in_force(day, rule) -%}
    {{ rule }}.valid_from <= {{ day }} and ({{ rule }}.valid_to is null or {{ day }} <= {{ rule }}.valid_to)
{%- endmacro %}
