with periods as (
    select * from {{ ref('period') }}
),

indicators as (
    select indicator_code, measure_kind = 'stock' as is_stock from {{ ref('indicators') }}
),

trailing_windows as (
    select indicator_code, 'trailing_' || window_months as period_kind from {{ ref('trailing_window') }}
),

landed_indicators as (
    select * from {{ ref('landed_indicator') }}
),

landed_in_period as (
    select
        periods.period_kind,
        periods.period_start,
        periods.last_month,
        township_code,
        indicator_code,
        period_month,
        is_stock,
        max(period_month) over township_period as newest_month,
        count(*) filter (where not is_provisional) over township_period < month_total as is_provisional,
    from periods
    inner join landed_indicators on period_month between first_month and last_month
    inner join indicators using (indicator_code)
    where
        periods.period_kind not like 'trailing_%'
        or (indicator_code, periods.period_kind) in (select (indicator_code, period_kind) from trailing_windows)
    window township_period as (partition by periods.period_kind, periods.period_start, township_code, indicator_code)
),

{#- A month that has not begun belongs to the year to date only of the indicators that announce cases for it. #}
counted_month as (
    select period_kind, period_start, township_code, indicator_code, period_month, is_provisional
    from landed_in_period
    where
        (not is_stock or period_month = newest_month)
        and (
            period_kind <> 'year_to_date'
            or last_month in (select period_month from {{ ref('landed_month') }})
            or (indicator_code, last_month) in (select (indicator_code, period_month) from landed_indicators)
        )
)

select * from counted_month
