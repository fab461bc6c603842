with batches as (
    select *, source in (select source from {{ ref('governing_snapshot') }}) as is_snapshot
    from {{ source('lake', 'batch') }}
),

{#- A snapshot competes with those of its month, a ledger export with those of its as-of date. #}
newest_batches as (
    select
        batch_id,
        first_value(batch_id) over (
            partition by source, scope_code, if(is_snapshot, {{ month_of('as_of') }}, as_of)
            order by as_of desc, sequence desc, batch_id
        ) as newest_id,
    from batches
),

superseding_batch as (
    select batch_id, newest_id as superseded_by
    from newest_batches
    where newest_id <> batch_id
)

select * from superseding_batch
