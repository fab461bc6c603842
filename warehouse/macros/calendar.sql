{# Dates and times in the forms that DuckDB and Spark share. Times are local and have no zone; the last second of a day
   stands for its end. #}

{% macro month_of(moment) -%}
    cast(date_trunc('month', {{ moment }}) as date)
{%- endmacro %}

{% macro last_day_of_month(day) -%}
    cast(date_trunc('month', {{ day }}) + interval '1' month - interval '1' day as date)
{%- endmacro %}

{% macro end_of_day(day) -%}
    cast(cast({{ day }} as timestamp) + interval '1' day - interval '1' second as timestamp)
{%- endmacro %}

{% macro plus_days(day, days) -%}
    cast({{ day }} + {{ days }} * interval '1' day as date)
{%- endmacro %}

{% macro plus_months(day, months) -%}
    cast({{ day }} + {{ months }} * interval '1' month as date)
{%- endmacro %}

{# The numbers from 0 to at least `most`, one a row, in column n. #}
{% macro numbers_up_to(most) -%}
    {%- set digits = most | string | length %}
    select cast({% for place in range(digits) %}{{ 10 ** place }} * d{{ place }}.digit{{ ' + ' if not loop.last }}{% endfor %} as integer) as n
    from
        {%- for place in range(digits) %}
        ({% for digit in range(10) %}select {{ digit }} as digit{{ ' union all ' if not loop.last }}{% endfor %}) as d{{ place }}{{ ' cross join' if not loop.last }}
        {%- endfor %}
{%- endmacro %}

{# Whole months from the month of one day to that of another. #}
{% macro months_between(from_day, to_day) -%}
    (extract(year from {{ to_day }}) - extract(year from {{ from_day }})) * 12
        + extract(month from {{ to_day }}) - extract(month from {{ from_day }})
{%- endmacro %}

{# More than the months between any two days that a date can hold (the years 1 to 9999), so that no span is too wide. #}
{% macro max_months() -%}
    {{ return(12 * 9999) }}
{%- endmacro %}
