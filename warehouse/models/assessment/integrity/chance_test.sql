with signals as (
    select * from {{ ref('integrity_signals') }}
),

{#- Against the other townships: nothing can be said where there is none, or none of them had a case. #}
against_others as (
    select
        signal_kind, indicator_code, null as service_kind, period_start, township_code, county_code, events, trials,
        events_elsewhere, trials_elsewhere, null::double as null_rate,
    from {{ ref('rate_elsewhere') }}
    where signal_kind <> 'bunching' and trials_elsewhere > 0 and {{ is_rebuilt() }}
),

bunching_months as (
    select
        'bunching', indicator_code, null, period_start, township_code, county_code,
        count(*) filter (where is_on_target) as events,
        count(*) as trials,
        any_value(events_elsewhere), any_value(trials_elsewhere), null::double,
    from {{ ref('month_on_target') }}
    where {{ is_rebuilt() }}
    group by all
),

{#- Enough matched persons to be remarkable, held against what audits found in the months that end with the period. #}
matched_townships as (
    select period_month as period_start, township_code, parent_code as county_code, signals.*
    from {{ ref('registry_count') }}
    inner join {{ ref('dim_division') }} on township_code = division_code
    inner join signals on signal_kind = 'twins' and matched >= least_trials
),

audited_townships as (
    select
        signal_kind, null, null, matched.period_start, township_code, county_code,
        sum(numerator)::bigint as events,
        sum(denominator)::bigint as trials,
        null::bigint, null::bigint, null_rate::double,
    from (from matched_townships where {{ is_rebuilt() }}) as matched
    inner join {{ ref('period_count') }} as audits
        on township_code = audits.division_code
        and matched.indicator_code = audits.indicator_code
        and audits.period_kind = 'month'
        and audits.period_start <= matched.period_start
        and audits.period_start > (matched.period_start - window_months * interval 1 month)
    group by all
    having sum(denominator) > 0
),

{#- The month against those before it, of the others as of the township itself. -#}
services as (
    select
        'padding', null, service_kind, period_start, township_code, county_code,
        sum(events) filter (where period_month = period_start)::bigint as events,
        sum(events) filter (where period_month < period_start)::bigint as trials,
        sum(events_elsewhere) filter (where period_month = period_start)::bigint,
        sum(events_elsewhere) filter (where period_month < period_start)::bigint as before_elsewhere,
        null::double,
    from {{ ref('service_month') }}
    where {{ is_rebuilt() }}
    group by all
    having before_elsewhere > 0
),

chance_test as (
    from against_others
    union all
    from bunching_months
    union all
    from audited_townships
    union all
    from services
)

select * from chance_test
