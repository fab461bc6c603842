with landed_batch as (
    select * from {{ ref('landed_batch') }}
),

townships as (
    select * from {{ ref('divisions') }} where level = 'township'
),

batch_coverage as (
    select
        landed_batch.batch_id,
        landed_batch.source,
        landed_batch.as_of,
        landed_batch.is_county_wide,
        landed_batch.sequence,
        cast(townships.division_code as string) as township_code,
        cast(townships.parent_code as string) as county_code
    from landed_batch
    inner join townships
        on landed_batch.scope_code = townships.division_code or landed_batch.scope_code = townships.parent_code
)

select * from batch_coverage
