{# What a step that was owed by some time says against a case: nothing, or that it was never made, or late. #}
{% macro missed_step(done_at, by, never, late) -%}
    case when {{ done_at }} is null then '{{ never }}' when {{ done_at }} > {{ by }} then '{{ late }}' end
{%- endmacro %}

{# A flag that should be set: one left blank is missed as unknown. #}
{% macro flag_outcome(flag, missed) -%}
    cast(case when {{ flag }} then 'met' when not {{ flag }} then '{{ missed }}' else 'unknown' end as string)
{%- endmacro %}
