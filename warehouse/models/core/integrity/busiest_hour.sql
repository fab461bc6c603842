with updates as (
    select *, cast(date_trunc('hour', updated_at) as timestamp) as updated_hour
    from {{ ref('stg_gpl_resident') }}
    where
        updated_at >= period_month
        and updated_at <= {{ end_of_day('as_of') }}
        and {{ is_rebuilt() }}
),

totals as (
    select period_month, township_code, count(*) as updates
    from updates
    group by period_month, township_code
),

operator_hours as (
    select period_month, township_code, operator_key, updated_hour, count(*) as updates_in_hour
    from updates
    where operator_key is not null
    group by period_month, township_code, operator_key, updated_hour
),

ranked_hours as (
    select
        *,
        row_number() over (
            partition by period_month, township_code
            order by updates_in_hour desc, updated_hour nulls last, operator_key nulls last
        ) as precedence
    from operator_hours
),

busiest_hour as (
    select
        totals.period_month,
        totals.township_code,
        cast(totals.updates as bigint) as updates,
        cast(coalesce(ranked_hours.updates_in_hour, 0) as bigint) as updates_in_hour,
        ranked_hours.updated_hour,
        cast(ranked_hours.operator_key as string) as operator_key
    from totals
    left join ranked_hours
        on
            totals.period_month = ranked_hours.period_month
            and totals.township_code = ranked_hours.township_code
            and ranked_hours.precedence = 1
)

select * from busiest_hour
