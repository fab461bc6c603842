{{ config(materialized='table') }}

with
{{ ledger_histories() }}

fixed_fields as (
    {%- for ledger, columns in accountable_ledgers().items() %}
    {%- set is_last = loop.last %}
    {%- for field in columns.fixed %}
    select
        '{{ ledger }}' as source,
        giver_code,
        {{ ledger_number(ledger, ledger ~ '_versions') }} as record_ref,
        '{{ field }}' as field,
        cast({{ field }} as string) as value,
        township_code, as_of, version_no, source_file, source_row
    from {{ ledger }}_versions
    {{- ' union all' if not (is_last and loop.last) }}
    {%- endfor %}
    {%- endfor %}
),

with_the_one_before as (
    select
        *,
        lag(value) over field_history as value_before,
        lag(as_of) over field_history as as_of_before,
        lag(source_file) over field_history as earlier_file,
        lag(source_row) over field_history as earlier_row
    from fixed_fields
    window field_history as (partition by source, giver_code, record_ref, field order by version_no)
),

rewritten_field as (
    select
        {{ month_of('as_of') }} as period_month,
        township_code,
        giver_code,
        cast(source as string) as source,
        cast(record_ref as string) as record_ref,
        cast(field as string) as field,
        value_before,
        value as value_after,
        cast(as_of_before as date) as as_of_before,
        cast(as_of as date) as as_of,
        cast(earlier_file as string) as earlier_file,
        cast(earlier_row as bigint) as earlier_row,
        cast(source_file as string) as source_file,
        cast(source_row as bigint) as source_row
    from with_the_one_before
    where value <> value_before
)

select * from rewritten_field
