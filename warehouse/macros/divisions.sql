{# Nine digits name a township, the last three a village in it. #}

{% macro township_of(division_code) -%}
    cast(substr({{ division_code }}, 1, 9) || '000' as string)
{%- endmacro %}

{% macro village_number_of(division_code) -%}
    cast(substr({{ division_code }}, 10, 3) as string)
{%- endmacro %}
