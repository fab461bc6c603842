{# What governs: the newest version of a ledger row, the rows of the snapshot in force. Each is said here once, and every
   staging model starts from one of the two. #}

{# The newest version of each row of a ledger, whichever export brought it. What a later export shows in another place
   speaks no more in its former one. #}
{% macro newest_versions(ledger) -%}
    select *
    from (
        select versions.*, {{ version_rank(ledgers()[ledger].key) }} as precedence
        from (
            {{ ledger_versions(ledger) }}
        ) as versions
        where corrected_to is null
    ) as ranked
    where precedence = 1
{%- endmacro %}

{# The rows of the snapshot that governs a township in a month, with that township, county, month and date; of rows with the
   same key the last, and how many there were (`occurrences`). Only the months to rebuild. #}
{% macro governing_rows(extract, key=none) -%}
    select
        landed.*,
        governing.township_code,
        governing.county_code,
        governing.period_month,
        governing.as_of as snapshot_date
    from (
        select
            *
            {%- if key %},
            count(*) over (partition by batch_id, {{ key }}) as occurrences,
            row_number() over (partition by batch_id, {{ key }} order by source_row desc nulls last) as precedence
            {%- else %},
            1 as precedence
            {%- endif %}
        from {{ source('lake', extract) }}
        where batch_id in (
            select batch_id from {{ ref('governing_snapshot') }} where source = '{{ extract }}' and {{ is_rebuilt('period_month', 'month') }}
        )
    ) as landed
    inner join {{ ref('governing_snapshot') }} as governing
        on
            landed.batch_id = governing.batch_id
            and {{ township_of('landed.village_code') }} = governing.township_code
    where landed.precedence = 1 and governing.source = '{{ extract }}' and {{ is_rebuilt('governing.period_month', 'month') }}
{%- endmacro %}

{# What leads from a row back to the clerk's file and line. #}
{% macro trace_columns() -%}
    cast(unreadable as string) as unreadable,
    cast(source_file as string) as source_file,
    cast(source_row as bigint) as source_row,
    cast(batch_id as string) as batch_id,
    cast(as_of as date) as as_of
{%- endmacro %}
