with governing_snapshot as (
    select source, township_code, county_code, period_month, batch_id, as_of
    from {{ ref('batch_status') }}
    where is_snapshot and state = 'speaks' and township_code is not null
)

select * from governing_snapshot
