with batch as (
    select * from {{ source('lake', 'batch') }}
),

divisions as (
    select * from {{ ref('divisions') }}
),

landed_batch as (
    select
        cast(batch.batch_id as string) as batch_id,
        cast(batch.source as string) as source,
        cast(batch.scope_code as string) as scope_code,
        cast(batch.as_of as date) as as_of,
        cast(batch.sequence as bigint) as sequence,
        cast(coalesce(divisions.level, 'county') <> 'township' as boolean) as is_county_wide,
        cast(batch.source in ({{ literals(snapshot_sources()) }}) as boolean) as is_snapshot
    from batch
    left join divisions on batch.scope_code = divisions.division_code
)

select * from landed_batch
