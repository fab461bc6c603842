{# An indicator that uses several sources has a result only where all of them have landed: these townships and months,
   provisional if one of the sources is. #}
{% macro landed_in_all(sources) -%}
    select period_month, township_code, bool_or(is_provisional) as is_provisional
    from {{ ref('landed_month') }}
    where source in ({{ literals(sources) }})
    group by period_month, township_code
    having count(*) = {{ sources | length }}
{%- endmacro %}
