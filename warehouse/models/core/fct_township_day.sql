with landed as (
    select * from {{ ref('landed_month') }}
    where
        source = 'system_login'
        and {{ is_rebuilt() }}
        and township_code not in ({{ unranked_divisions() }})
),

numbers as (
    {{ numbers_up_to(30) }}
),

days as (
    select
        landed.period_month,
        landed.township_code,
        {{ plus_days('landed.period_month', 'numbers.n') }} as login_date
    from landed
    inner join numbers on {{ plus_days('landed.period_month', 'numbers.n') }} <= cast(landed.ends_at as date)
),

township_logins as (
    select
        *,
        cast(login_at as date) as login_date,
        row_number() over (
            partition by township_code, cast(login_at as date)
            order by login_at, account_key nulls last
        ) as turn
    from {{ ref('stg_system_login') }}
    where account_level = 'township'
),

first_logins as (
    select * from township_logins where turn = 1
),

fct_township_day as (
    select
        days.period_month,
        days.township_code as division_code,
        days.township_code,
        cast(days.township_code || ' ' || cast(days.login_date as string) as string) as case_ref,
        cast(null as timestamp) as due_at,
        cast('system_login' as string) as source,
        first_logins.source_file,
        first_logins.source_row,
        cast(case when first_logins.login_date is not null then 'met' else 'no_login' end as string) as daily_login
    from days
    left join first_logins
        on days.township_code = first_logins.township_code and days.login_date = first_logins.login_date
)

select * from fct_township_day
