with versions as (
    select * from {{ source('lake', 'system_login') }}
),

landed_batch as (
    select * from {{ ref('landed_batch') }}
),

ranked as (
    select versions.*, {{ version_rank(['versions.account_key', 'versions.login_at']) }} as precedence
    from versions
    inner join landed_batch on versions.batch_id = landed_batch.batch_id
),

stg_system_login as (
    select
        cast(account_key as string) as account_key,
        cast(account_level as string) as account_level,
        cast(login_at as timestamp) as login_at,
        {{ township_of('township_code') }} as township_code,
        {{ month_of('login_at') }} as event_month,
        cast(unreadable as string) as unreadable,
        cast(source_file as string) as source_file,
        cast(source_row as bigint) as source_row,
        cast(batch_id as string) as batch_id,
        cast(as_of as date) as as_of
    from ranked
    where precedence = 1
)

select * from stg_system_login
