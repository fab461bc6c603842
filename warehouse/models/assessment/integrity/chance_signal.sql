{{ config(materialized='table') }}

with probabilities as (
    select signal_kind, null as indicator_code, null as service_kind, period_start, township_code, rate as expected, p_value
    from {{ ref('tail_probability') }}
    union all
    select 'bunching', indicator_code, null, period_start, township_code, rate, p_value from {{ ref('bunching_probability') }}
    union all
    select 'padding', null, service_kind, period_start, township_code, expected, p_value
    from {{ ref('padding_probability') }}
),

tests_made as (
    select signal_kind, county_code, period_start, count(*) as tests
    from {{ ref('chance_test') }}
    group by all
),

unlikely as (
    select
        chance_test.*,
        expected,
        expected as rate,
        p_value,
        p_value * tests as expected_by_chance,
        signals.least_events,
        signals.exceeded_share,
    from probabilities
    inner join {{ ref('integrity_signals') }} as signals
        on probabilities.signal_kind = signals.signal_kind and p_value < tail_probability
    inner join {{ ref('chance_test') }} as chance_test
        on probabilities.signal_kind = chance_test.signal_kind
        and probabilities.indicator_code is not distinct from chance_test.indicator_code
        and probabilities.service_kind is not distinct from chance_test.service_kind
        and probabilities.period_start = chance_test.period_start
        and probabilities.township_code = chance_test.township_code
    inner join tests_made
        on chance_test.signal_kind = tests_made.signal_kind
        and chance_test.county_code = tests_made.county_code
        and chance_test.period_start = tests_made.period_start
),

registries as (
    select *, {{ plus_months('period_month', 1) }} as next_month from {{ ref('registry_count') }}
),

instant as (
    select
        signal_kind, township_code, period_start, p_value, expected_by_chance,
        to_json({
            replies: trials, instant: events, share: events / trials,
            elsewhere_replies: trials_elsewhere, elsewhere_instant: events_elsewhere, elsewhere_rate: rate,
        }) as evidence,
    from unlikely
    where signal_kind = 'instant' and events >= least_events and events > exceeded_share * trials
),

first_seen_late as (
    select
        signal_kind, township_code, period_start, p_value, expected_by_chance,
        to_json({
            cases: trials, first_seen_late: events, share: events / trials,
            elsewhere_cases: trials_elsewhere, elsewhere_first_seen_late: events_elsewhere, elsewhere_rate: rate,
        }),
    from unlikely
    where signal_kind = 'first_seen_late'
),

shrinking as (
    select
        signal_kind, unlikely.township_code, period_start, p_value, expected_by_chance,
        to_json({
            files_before: before.active_files, files_now: after.active_files,
            fall: (before.active_files - after.active_files) / before.active_files,
            persons_in_both_before: trials, only_in_padis_now: events, elsewhere_persons: trials_elsewhere,
            elsewhere_only_in_padis: events_elsewhere, elsewhere_rate: rate,
        }),
    from unlikely
    inner join registries as after on unlikely.township_code = after.township_code and period_start = after.period_month
    inner join registries as before on unlikely.township_code = before.township_code and period_start = before.next_month
    where signal_kind = 'shrinking'
),

twins as (
    select
        signal_kind, unlikely.township_code, period_start, p_value, expected_by_chance,
        to_json({matched: matched, agreeing: agreeing, audits: trials, audits_matching: events, accuracy_owed: rate}),
    from unlikely
    inner join registries on unlikely.township_code = registries.township_code and period_start = period_month
    where signal_kind = 'twins' and matched = agreeing
),

{#- Several indicators of a township can bunch in a month: one signal, by the least likely of them. #}
bunching as (
    select
        signal_kind, township_code, period_start, min(p_value), min(expected_by_chance),
        to_json({
            indicators: list({
                indicator_code: indicator_code, months_on_target: events, months_compared: trials,
                elsewhere_cases: trials_elsewhere, elsewhere_met: events_elsewhere, elsewhere_rate: rate, p_value: p_value,
            } order by p_value, indicator_code),
        }),
    from unlikely
    where signal_kind = 'bunching'
    group by all
),

{#- So can several kinds of service be padded. -#}
padding as (
    select
        signal_kind, township_code, period_start, min(p_value), min(expected_by_chance),
        to_json({
            kinds: list({
                service_kind: service_kind, services: events, expected: expected, services_before: trials,
                elsewhere_services: events_elsewhere, elsewhere_before: trials_elsewhere, p_value: p_value,
            } order by p_value, service_kind),
        }),
    from unlikely
    where signal_kind = 'padding' and events >= least_events
    group by all
),

chance_signal as (
    from instant
    union all
    from first_seen_late
    union all
    from shrinking
    union all
    from twins
    union all
    from bunching
    union all
    from padding
)

select * from chance_signal
