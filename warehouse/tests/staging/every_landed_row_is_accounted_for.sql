{{ config(severity='error', meta={
    'dagster': {'ref': {'name': 'landed_batch'}},
    'text_zh': '收到的行没有全部交代去向（接收、隔离或非数据）',
    'text_en': 'Not every row that landed was accepted, quarantined or no data',
}) }}

-- Each row of each delivered file was accepted, quarantined or no data, and the accepted ones are all in the lake: what
-- the batch record says adds up, its parts add up, and its rows can be counted. A row of no batch is one too many.
{%- set sources = snapshot_sources() + ledger_sources() %}
with batches as (
    select
        source,
        batch_id,
        rows_in,
        accepted,
        quarantined,
        non_data,
        list_sum(map_values(cast(cast(quarantine_reasons as json) as map(varchar, bigint)))) as quarantined_by_reason,
        list_sum(map_values(cast(cast(non_data_kinds as json) as map(varchar, bigint)))) as non_data_by_kind
    from {{ source('lake', 'batch') }}
),

staged_batches as (
    select batch_id from {{ ref('landed_batch') }}
),

lake_rows as (
    {%- for name in sources %}
    select '{{ name }}' as source, batch_id, count(*) as lake_count
    from {{ source('lake', name) }}
    group by batch_id
    {{- ' union all' if not loop.last }}
    {%- endfor %}
)

select batches.*, lake_rows.*
from batches
full outer join lake_rows on batches.source = lake_rows.source and batches.batch_id = lake_rows.batch_id
left join staged_batches on batches.batch_id = staged_batches.batch_id
where
    staged_batches.batch_id is null
    or batches.rows_in is distinct from batches.accepted + batches.quarantined + batches.non_data
    or batches.accepted is distinct from coalesce(lake_rows.lake_count, 0)
    or batches.quarantined is distinct from coalesce(batches.quarantined_by_reason, 0)
    or batches.non_data is distinct from coalesce(batches.non_data_by_kind, 0)
