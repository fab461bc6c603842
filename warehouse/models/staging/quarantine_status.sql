with quarantined as (
    select * from {{ source('lake', 'quarantined_row') }}
),

landed_batch as (
    select * from {{ ref('landed_batch') }}
),

batch_status as (
    select * from {{ ref('batch_status') }}
),

-- Of a ledger: a later file brought a row of this number, and it was accepted.
brought_later as (
    select distinct quarantined.batch_id, quarantined.source_row
    from quarantined
    inner join {{ ref('accepted_number') }} as accepted
        on
            quarantined.source = accepted.source
            and quarantined.number = accepted.number
            and quarantined.giver_code = accepted.giver_code
    inner join landed_batch as own on quarantined.batch_id = own.batch_id
    inner join landed_batch as later on accepted.batch_id = later.batch_id
    where later.as_of > own.as_of or later.sequence > own.sequence
),

-- A row of a township that the file does not cover is the file's scope's.
placed as (
    select
        quarantined.*,
        landed_batch.as_of,
        landed_batch.sequence,
        coalesce(of_township.state, of_scope.state) as state,
        coalesce(of_township.is_latest, of_scope.is_latest) as is_latest,
        brought_later.batch_id is not null as is_brought_later
    from quarantined
    inner join landed_batch on quarantined.batch_id = landed_batch.batch_id
    left join batch_status as of_township
        on quarantined.batch_id = of_township.batch_id and quarantined.township_code = of_township.place_code
    left join batch_status as of_scope
        on quarantined.batch_id = of_scope.batch_id and landed_batch.scope_code = of_scope.place_code
    left join brought_later
        on quarantined.batch_id = brought_later.batch_id and quarantined.source_row = brought_later.source_row
),

quarantine_status as (
    select
        cast(source as string) as source,
        cast(batch_id as string) as batch_id,
        cast(source_file as string) as source_file,
        cast(source_row as bigint) as source_row,
        cast(reason as string) as reason,
        cast(coalesce(number, concat(source_file, ':', cast(source_row as string))) as string) as record_ref,
        cast(township_code as string) as township_code,
        {{ month_of('as_of') }} as period_month,
        sequence,
        cast(state = 'speaks' and not is_brought_later as boolean) as is_awaited,
        cast(is_latest and not is_brought_later as boolean) as is_failing
    from placed
)

select * from quarantine_status
