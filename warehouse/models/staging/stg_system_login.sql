with newest_versions as (
    {{ newest_versions('system_login') }}
),

stg_system_login as (
    select
        giver_code,
        cast(account_key as string) as account_key,
        cast(account_level as string) as account_level,
        cast(login_at as timestamp) as login_at,
        {{ township_of('township_code') }} as township_code,
        {{ month_of('login_at') }} as event_month,
        {{ trace_columns() }}
    from newest_versions
)

select * from stg_system_login
