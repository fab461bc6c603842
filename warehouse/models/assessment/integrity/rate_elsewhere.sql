with counts as (
    select * from {{ ref('arranged_count') }}
    inner join (select signal_kind, window_months from {{ ref('integrity_signals') }}) using (signal_kind)
),

county_counts as (
    select
        signal_kind, indicator_code, window_months, county_code, period_start,
        sum(events) as events,
        sum(trials) as trials,
    from counts
    group by all
),

county_windows as (
    select
        signal_kind, indicator_code, county_code, period_start,
        sum(events) over past_months as events,
        sum(trials) over past_months as trials,
    from county_counts
    window past_months as (
        partition by signal_kind, indicator_code, county_code
        order by period_start
        range between (window_months - 1) * interval 1 month preceding and current row
    )
),

township_windows as (
    select
        *,
        sum(events) over past_months as window_events,
        sum(trials) over past_months as window_trials,
    from counts
    window past_months as (
        partition by signal_kind, indicator_code, township_code
        order by period_start
        range between (window_months - 1) * interval 1 month preceding and current row
    )
),

rebuilt_windows as (
    select * from township_windows where {{ is_rebuilt() }}
),

rate_elsewhere as (
    select
        own.signal_kind,
        own.indicator_code,
        own.period_start,
        own.township_code,
        own.county_code,
        own.events,
        own.trials,
        (county.events - own.window_events)::bigint as events_elsewhere,
        (county.trials - own.window_trials)::bigint as trials_elsewhere,
    from rebuilt_windows as own
    inner join county_windows as county
        on own.signal_kind = county.signal_kind
        and own.indicator_code is not distinct from county.indicator_code
        and own.county_code = county.county_code
        and own.period_start = county.period_start
)

select * from rate_elsewhere
