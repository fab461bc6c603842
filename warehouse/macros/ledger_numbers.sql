{# A number is unique only where it was given: what a row of a ledger is, is its number and the division that gave it. #}

{# The township that keeps the book; of what the platform numbers, the county: two counties never meet. #}
{% macro number_giver(ledger, relation) -%}
    {%- set digits = {'platform': 6, 'township': 9}[ledgers()[ledger].number_given_by] -%}
    cast(rpad(substr({{ relation }}.{{ ledgers()[ledger].place }}, 1, {{ digits }}), 12, '0') as string)
{%- endmacro %}

{# The number itself as one text. #}
{% macro ledger_number(ledger, relation) -%}
    {{ told_together(ledgers()[ledger].key, relation) }}
{%- endmacro %}

{# Columns as one text, to be compared within one engine. #}
{% macro told_together(columns, relation) -%}
    concat_ws('|'{% for column in columns %}, cast({{ relation }}.{{ column }} as string){% endfor %})
{%- endmacro %}

{# Every version of a ledger's rows that the exports hold, with who gave its number, the export's rank, and where a later
   export of the same scope corrected its place to (`corrected_to`; null: it was not). #}
{% macro ledger_versions(ledger) -%}
    select
        versions.*,
        {{ number_giver(ledger, 'versions') }} as giver_code,
        {{ township_of('versions.' ~ ledgers()[ledger].place) }} as place_code,
        landed_batch.scope_code,
        landed_batch.is_county_wide,
        landed_batch.sequence,
        corrected_place.corrected_to
    from {{ source('lake', ledger) }} as versions
    inner join {{ ref('landed_batch') }} as landed_batch on versions.batch_id = landed_batch.batch_id
    left join {{ ref('corrected_place') }} as corrected_place
        on
            corrected_place.source = '{{ ledger }}'
            and corrected_place.scope_code = landed_batch.scope_code
            and corrected_place.number = {{ ledger_number(ledger, 'versions') }}
            and corrected_place.giver_code = {{ number_giver(ledger, 'versions') }}
{%- endmacro %}
