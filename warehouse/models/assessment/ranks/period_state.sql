{{ config(materialized='table') }}

with periods as (
    select * from {{ ref('period') }}
    inner join {{ ref('earlier_period') }} using (period_kind, period_start)
),

townships as (
    select division_code from {{ ref('dim_division') }} where level = 'township'
),

newest_month as (
    select max(period_start) as month
    from {{ ref('indicator_result') }}
    where period_kind = 'month' and denominator > 0
),

{#- What was not delivered in its term is not waited for, or one silent township would keep everybody in an old month. -#}
known_months as (
    select
        period_start,
        division_code,
        bool_or(verdict = 'not_delivered') as is_silent,
        bool_or(is_provisional and verdict is distinct from 'not_delivered') as is_short,
    from {{ ref('indicator_result') }}
    where period_kind = 'month'
    group by all
),

month_states as (
    select
        period_start,
        bool_or(is_provisional and (coalesce(is_short, false) or not coalesce(is_silent, false))) as is_waiting,
    from {{ ref('division_score') }}
    semi join townships using (division_code)
    left join known_months using (period_start, division_code)
    where period_kind = 'month'
    group by period_start
),

newest_closed_month as (
    select max(period_start) filter (where not is_waiting and period_start <= month) as closed_month
    from month_states
    cross join newest_month
),

period_state as (
    select
        period_kind,
        period_start,
        first_month,
        last_month,
        last_day,
        previous_start,
        coalesce(period_start <= month, false) as has_begun,
        coalesce(
            last_month = max(last_month) filter (where last_month <= closed_month) over (partition by period_kind),
            false
        ) as is_newest_closed,
    from periods
    cross join newest_month
    cross join newest_closed_month
)

select * from period_state
