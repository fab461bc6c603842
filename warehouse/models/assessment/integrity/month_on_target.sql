with counts as (
    select * from {{ ref('arranged_count') }} where signal_kind = 'bunching'
),

targets as (
    select division_code as township_code, indicator_code, first_day, last_day, target_value
    from {{ ref('target_in_force') }}
    where target_value between 0.000001 and 0.999999
),

{#- Decimals are exact: of 50 cases at 98 %, 49 are needed. #}
needed_counts as (
    select
        counts.*,
        ceil(target_value * trials::decimal(18, 0))::bigint as needed,
    from counts
    inner join targets
        on counts.township_code = targets.township_code
        and counts.indicator_code = targets.indicator_code
        and last_day(counts.period_start) between targets.first_day and targets.last_day
),

compared_months as (
    select township_code, indicator_code, period_start as period_month, trials, events, needed
    from needed_counts
    where events in (needed, needed - 1)
),

tested_periods as (
    select *
    from {{ ref('rate_elsewhere') }}
    inner join (select signal_kind, window_months from {{ ref('integrity_signals') }}) using (signal_kind)
    where signal_kind = 'bunching' and trials_elsewhere > 0 and {{ is_rebuilt() }}
),

month_on_target as (
    select
        tested.period_start,
        tested.township_code,
        tested.county_code,
        tested.indicator_code,
        period_month,
        compared_months.trials,
        compared_months.events,
        needed,
        compared_months.events = needed as is_on_target,
        events_elsewhere,
        trials_elsewhere,
    from tested_periods as tested
    inner join compared_months
        on tested.township_code = compared_months.township_code
        and tested.indicator_code = compared_months.indicator_code
        and period_month <= tested.period_start
        and period_month > (tested.period_start - window_months * interval 1 month)
)

select * from month_on_target
