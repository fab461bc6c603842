with quarantined_numbers as (
    select distinct source, number
    from {{ source('lake', 'quarantined_row') }}
    where number is not null
),

{% set numbered = [] %}
{%- for ledger, contract in ledgers().items() if contract.key | length == 1 %}{% do numbered.append(ledger) %}{% endfor -%}
ledger_rows as (
    {%- for ledger in numbered %}
    select
        '{{ ledger }}' as source,
        {{ ledger_number(ledger, 'versions') }} as number,
        {{ number_giver(ledger, 'versions') }} as giver_code,
        batch_id
    from {{ source('lake', ledger) }} as versions
    {{- ' union all' if not loop.last }}
    {%- endfor %}
),

accepted_number as (
    select distinct
        cast(ledger_rows.source as string) as source,
        cast(ledger_rows.number as string) as number,
        ledger_rows.giver_code,
        cast(ledger_rows.batch_id as string) as batch_id
    from ledger_rows
    inner join quarantined_numbers
        on ledger_rows.source = quarantined_numbers.source and ledger_rows.number = quarantined_numbers.number
)

select * from accepted_number
