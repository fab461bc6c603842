{{ config(meta={
    'dagster': {'ref': {'name': 'stg_exchange_message'}},
    'text_zh': '台帐中有编号没有恰好一个现行版本',
    'text_en': 'A key of a ledger does not have exactly one version in force',
}) }}

-- Each number that an export shows stands once in staging, where it was given: versions are superseded, cases never lost.
-- What a scope's exports moved elsewhere stands there instead.
with shown as (
    {%- for ledger in ledgers() %}
    select distinct '{{ ledger }}' as source, {{ ledger_number(ledger, 'versions') }} as number, giver_code
    from (
        {{ ledger_versions(ledger) }}
    ) as versions
    where corrected_to is null
    {{- ' union all' if not loop.last }}
    {%- endfor %}
),

moved as (
    select distinct source, number, corrected_to as giver_code from {{ ref('corrected_place') }}
),

staged as (
    {%- for ledger in ledgers() %}
    select '{{ ledger }}' as source, {{ ledger_number(ledger, 'staged') }} as number, giver_code
    from {{ ref('stg_' ~ ledger) }} as staged
    {{- ' union all' if not loop.last }}
    {%- endfor %}
),

-- Who was moved twice stands only in the last place.
moved_on as (
    select source, number, giver_code from {{ ref('corrected_place') }}
)

(select 'lost' as problem, * from shown except all select 'lost', * from staged)
union all
(select 'not shown' as problem, * from staged except all select 'not shown', * from shown)
union all
(
    select 'lost on the way' as problem, * from moved
    except select 'lost on the way', * from staged
    except select 'lost on the way', * from moved_on
)
