with snapshots as (
    select *, {{ month_of('as_of') }} as period_month
    from {{ ref('batch_coverage') }}
    where source in ({{ literals(snapshot_sources()) }})
),

ranked as (
    select
        *,
        row_number() over (
            partition by source, township_code, period_month
            order by as_of desc nulls last, is_county_wide, sequence desc nulls last, batch_id
        ) as precedence
    from snapshots
),

governing_snapshot as (
    select source, township_code, county_code, period_month, batch_id, as_of
    from ranked
    where precedence = 1
)

select * from governing_snapshot
