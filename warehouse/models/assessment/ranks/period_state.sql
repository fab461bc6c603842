with periods as (
    select * from {{ ref('period') }}
    inner join {{ ref('earlier_period') }} using (period_kind, period_start)
),

newest_month as (
    select max(period_start) as month
    from {{ ref('indicator_result') }}
    where period_kind = 'month' and denominator > 0
),

closed_periods as (
    select period_kind, period_start
    from {{ ref('division_score') }}
    where division_code in (select division_code from {{ ref('dim_division') }} where level = 'township')
    group by period_kind, period_start
    having not bool_or(is_provisional)
),

newest_closed as (
    select period_kind, max(period_start) as period_start
    from closed_periods
    group by period_kind
),

period_state as (
    select
        period_kind,
        periods.period_start,
        first_month,
        last_month,
        last_day,
        previous_start,
        coalesce(periods.period_start <= newest_month.month, false) as has_begun,
        newest_closed.period_start is not distinct from periods.period_start as is_newest_closed,
    from periods
    cross join newest_month
    left join newest_closed using (period_kind)
)

select * from period_state
