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
        batch_id,
        source_row
    from {{ source('lake', ledger) }} as versions
    {{- ' union all' if not loop.last }}
    {%- endfor %}
),

-- Of the quarantined numbers alone, or every row of every export would be put in order for a few.
versions as (
    select
        ledger_rows.*,
        landed_batch.as_of,
        landed_batch.is_county_wide,
        landed_batch.scope_code,
        landed_batch.sequence
    from ledger_rows
    inner join quarantined_numbers
        on ledger_rows.source = quarantined_numbers.source and ledger_rows.number = quarantined_numbers.number
    inner join {{ ref('landed_batch') }} as landed_batch on ledger_rows.batch_id = landed_batch.batch_id
),

ranked as (
    select *, {{ version_rank(['source', 'number']) }} as precedence
    from versions
),

accepted_number as (
    select
        cast(source as string) as source,
        cast(number as string) as number,
        giver_code,
        cast(batch_id as string) as batch_id
    from ranked
    where precedence = 1
)

select * from accepted_number
