{# Which of several rows counts. Every order is total, so that neither threads nor arrival decide. #}

{# Of the versions of a ledger row: the newest as-of, then the narrower scope, the later landed, the last row. Between two
   townships' files the scope decides first, because the order in which those arrive says nothing. #}
{% macro version_rank(key) -%}
    row_number() over (
        partition by giver_code, {{ key | join(', ') }}
        order by
            as_of desc nulls last,
            is_county_wide,
            scope_code desc nulls last,
            sequence desc nulls last,
            source_row desc nulls last
    )
{%- endmacro %}

{# Of a person's rows in the county: the latest, then the one with the largest number, speaks for the person. #}
{% macro speaker_rank(latest, number, within='county_code') -%}
    row_number() over (
        partition by period_month, {{ within }}, person_key
        order by
            {{ latest }} desc nulls last,
            {{ number }} desc nulls last,
            township_code desc,
            source_row desc nulls last
    )
{%- endmacro %}
