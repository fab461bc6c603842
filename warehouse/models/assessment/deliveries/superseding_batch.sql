with superseding_batch as (
    select batch_id, max(superseded_by) filter (where place_code = scope_code) as superseded_by
    from {{ ref('batch_status') }}
    where state <> 'withdrawn'
    group by batch_id
    having not bool_or(state = 'speaks')
)

select * from superseding_batch
