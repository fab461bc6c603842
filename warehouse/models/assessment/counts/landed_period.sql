{{ config(meta={'rebuilt': 'period'}) }}

with periods as (
    select * from {{ ref('period') }} where {{ is_rebuilt() }}
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

period_indicators as (
    select *
    from periods
    cross join indicators
    where
        period_kind not like 'trailing_%'
        or (indicator_code, period_kind) in (select (indicator_code, period_kind) from trailing_windows)
),

{#- A month that has not begun belongs to the year to date only of the indicators that announce cases for it. #}
begun_periods as (
    select *, unnest(generate_series(first_month, last_month, interval 1 month))::date as period_month
    from period_indicators
    where
        period_kind <> 'year_to_date'
        or last_month in (select period_month from {{ ref('landed_month') }})
        or (indicator_code, last_month) in (select distinct (indicator_code, period_month) from landed_indicators)
),

{#- Of a stock one month decides, the latest: neither an early snapshot nor silence of a month before it says anything of
    what is there at the end. Of all others each month is a part, and one that is withheld leaves the whole undelivered. #}
landed_period as (
    select
        period_kind,
        period_start,
        township_code,
        indicator_code,
        if(any_value(is_stock), max(period_month), any_value(first_month)) as counted_from,
        if(
            any_value(is_stock),
            max(period_month) <> any_value(last_month) or arg_max(is_provisional, period_month),
            count(*) filter (where not is_provisional) < any_value(month_total)
        ) as is_provisional,
        if(any_value(is_stock), arg_max(is_undelivered, period_month), bool_or(is_undelivered)) as is_undelivered,
        if(any_value(is_stock), arg_max(is_counted, period_month), bool_or(is_counted)) as is_counted,
    from begun_periods
    inner join landed_indicators using (indicator_code, period_month)
    group by period_kind, period_start, township_code, indicator_code
)

select * from landed_period
