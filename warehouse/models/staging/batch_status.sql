with landed_batch as (
    select * from {{ ref('landed_batch') }}
),

-- What a file says of each township that it covers; of a file wider than a township, also what lies in none it covers.
parts as (
    select batch_id, township_code as place_code, township_code, county_code
    from {{ ref('batch_coverage') }}
    union all
    select batch_id, scope_code, cast(null as string), cast(null as string)
    from landed_batch
    where is_county_wide
),

-- A snapshot competes with all that cover the place in its month, a ledger's export with those of its scope and as-of.
competing as (
    select
        landed_batch.*,
        parts.place_code,
        parts.township_code,
        parts.county_code,
        {{ month_of('landed_batch.as_of') }} as period_month,
        case when is_snapshot then '*' else scope_code end as competing_scope,
        case when is_snapshot then {{ month_of('landed_batch.as_of') }} else landed_batch.as_of end as competing_day
    from parts
    inner join landed_batch on parts.batch_id = landed_batch.batch_id
),

placed as (
    select
        *,
        first_value(batch_id) over (
            partition by source, place_code, competing_scope, competing_day
            order by as_of desc nulls last, is_county_wide, sequence desc nulls last, batch_id
        ) as speaking_id,
        max(period_month) over (partition by source, place_code) as newest_month
    from competing
),

batch_status as (
    select
        source,
        place_code,
        township_code,
        county_code,
        period_month,
        batch_id,
        scope_code,
        as_of,
        sequence,
        is_snapshot,
        case when batch_id = speaking_id then 'speaks' else 'superseded' end as state,
        case when batch_id <> speaking_id then speaking_id end as superseded_by,
        cast(
            batch_id = speaking_id and (not is_snapshot or period_month = newest_month) as boolean
        ) as is_latest
    from placed
    union all
    select
        cast(source as string),
        cast(scope_code as string),
        cast(null as string),
        cast(null as string),
        {{ month_of('as_of') }},
        cast(batch_id as string),
        cast(scope_code as string),
        cast(as_of as date),
        cast(sequence as bigint),
        cast(null as boolean),
        'withdrawn',
        cast(null as string),
        cast(false as boolean)
    from {{ source('lake', 'withdrawn_batch') }}
)

select * from batch_status
