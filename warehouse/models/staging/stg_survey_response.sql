with versions as (
    select * from {{ source('lake', 'survey_response') }}
),

landed_batch as (
    select * from {{ ref('landed_batch') }}
),

ranked as (
    select versions.*, {{ version_rank(['versions.response_no']) }} as precedence
    from versions
    inner join landed_batch on versions.batch_id = landed_batch.batch_id
),

stg_survey_response as (
    select
        cast(response_no as string) as response_no,
        cast(surveyed_date as date) as surveyed_date,
        cast(is_aware as boolean) as is_aware,
        cast(is_satisfied as string) as is_satisfied,
        {{ township_of('township_code') }} as township_code,
        {{ month_of('surveyed_date') }} as event_month,
        cast(unreadable as string) as unreadable,
        cast(source_file as string) as source_file,
        cast(source_row as bigint) as source_row,
        cast(batch_id as string) as batch_id,
        cast(as_of as date) as as_of
    from ranked
    where precedence = 1
)

select * from stg_survey_response
