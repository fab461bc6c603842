with versions as (
    select * from {{ source('lake', 'audit_sample') }}
),

landed_batch as (
    select * from {{ ref('landed_batch') }}
),

ranked as (
    select versions.*, {{ version_rank(['versions.audit_no']) }} as precedence
    from versions
    inner join landed_batch on versions.batch_id = landed_batch.batch_id
),

stg_audit_sample as (
    select
        cast(audit_no as string) as audit_no,
        cast(record_no as string) as record_no,
        cast(checked_date as date) as checked_date,
        cast(first_result as string) as first_result,
        cast(second_result as string) as second_result,
        {{ township_of('township_code') }} as township_code,
        {{ month_of('checked_date') }} as event_month,
        cast(unreadable as string) as unreadable,
        cast(source_file as string) as source_file,
        cast(source_row as bigint) as source_row,
        cast(batch_id as string) as batch_id,
        cast(as_of as date) as as_of
    from ranked
    where precedence = 1
)

select * from stg_audit_sample
