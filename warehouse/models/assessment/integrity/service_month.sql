{{ config(materialized='view') }}

with padding as (
    select window_months from {{ ref('integrity_signals') }} where signal_kind = 'padding'
),

closed_months as (
    select period_month, township_code, parent_code as county_code
    from {{ ref('landed_month') }}
    inner join {{ ref('dim_division') }} on township_code = division_code
    where source = 'service_event' and not is_provisional
),

{#- Compared are townships whose ledgers are closed for the month and all of its window: the same ones in every month. -#}
full_windows as (
    select closed_months.*, window_months
    from closed_months
    cross join padding
    qualify window_months + 1 = count(*) over (
        partition by township_code
        order by period_month
        range between window_months * interval 1 month preceding and current row
    )
),

window_months as (
    select
        period_month as period_start,
        township_code,
        county_code,
        unnest(generate_series(period_month - window_months * interval 1 month, period_month, interval 1 month))::date
            as period_month,
    from full_windows
),

kind_counts as (
    select period_month, township_code, kind as service_kind, count(*) as events
    from {{ ref('due_service') }}
    group by all
),

placed_counts as (
    select window_months.*, service_kind, coalesce(events, 0) as events
    from window_months
    cross join (select distinct service_kind from kind_counts) as kinds
    left join kind_counts using (period_month, township_code, service_kind)
),

service_month as (
    select
        period_start,
        township_code,
        county_code,
        service_kind,
        period_month,
        events,
        (sum(events) over (partition by period_start, county_code, service_kind, period_month) - events)::bigint
            as events_elsewhere,
    from placed_counts
)

select * from service_month
