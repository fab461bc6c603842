{{ config(materialized='table') }}

with fired as (
    select signal_kind, township_code, period_start, evidence from {{ ref('chance_signal') }}
    union all
    select signal_kind, township_code, period_start, evidence from {{ ref('burst_signal') }}
),

backdated as (
    select
        'backdated' as signal_kind, township_code, period_month as period_start,
        record_ref, source, source_file, source_row,
        to_json({
            field: field, claimed_at: claimed_at, not_done_on: not_done_on,
            earlier_file: earlier_file, earlier_row: earlier_row,
        }) as detail,
    from {{ ref('backdated_entry') }}
),

rewritten as (
    select
        'rewritten', township_code, period_month, record_ref, source, source_file, source_row,
        to_json({
            field: field, value_before: value_before, value_after: value_after, as_of_before: as_of_before,
            as_of: as_of, earlier_file: earlier_file, earlier_row: earlier_row,
        }),
    from {{ ref('rewritten_field') }}
),

burst as (
    select
        'burst' as signal_kind, township_code, period_month as period_start,
        record_ref, source, source_file, source_row,
        to_json({updated_at: updated_at}) as detail,
    from {{ ref('burst_update') }}
),

instant as (
    select
        'instant', township_code, period_month, record_ref, source, source_file, source_row,
        to_json({received_at: received_at, replied_at: replied_at}),
    from {{ ref('message_reply') }}
    where is_instant
),

first_seen_late as (
    select
        'first_seen_late', township_code, period_month, record_ref, source, source_file, source_row,
        to_json({
            since_on: since_on, absent_on: absent_on, absent_file: absent_file, first_seen_on: first_seen_on,
        }),
    from {{ ref('first_sight') }}
    where is_late
),

padding as (
    select
        'padding', township_code, period_month, record_ref, source, source_file, source_row,
        to_json({service_kind: kind, due_date: due_date, completed_at: completed_at}),
    from {{ ref('due_service') }} as services
    where exists (
        from fired
        where
            signal_kind = 'padding'
            and fired.township_code = services.township_code
            and fired.period_start = services.period_month
            and contains(json_extract_string(evidence, '$.kinds[*].service_kind'), kind)
    )
),

shrinking as (
    select
        'shrinking', township_code, period_month, record_ref, source, source_file, source_row,
        to_json({active_until: {{ plus_months('period_month', -1) }}}),
    from {{ ref('dropped_file') }}
),

{#- The evidence of bunching is a count a month, not a row of a file. -#}
bunching as (
    select
        'bunching', township_code, period_start, period_month || ' ' || indicator_code, null, null, null,
        to_json({indicator_code: indicator_code, month: period_month, met: events, cases: trials, needed: needed}),
    from {{ ref('month_on_target') }} as months
    where is_on_target and exists (
        from fired
        where
            signal_kind = 'bunching'
            and fired.township_code = months.township_code
            and fired.period_start = months.period_start
            and contains(json_extract_string(evidence, '$.indicators[*].indicator_code'), indicator_code)
    )
),

{#- What the audits of the window found against the files. -#}
twins as (
    select
        signal_kind, township_code, fired.period_start, case_ref, sources, source_file, source_row,
        to_json({month: period_month, reason: audits.reason}),
    from fired
    inner join {{ ref('integrity_signals') }} as signals using (signal_kind)
    inner join {{ ref('indicators') }} as indicators using (indicator_code)
    inner join {{ ref('missed_case') }} as audits
        on signals.indicator_code = audits.indicator_code
        and township_code = audits.division_code
        and period_month <= fired.period_start
        and period_month > (fired.period_start - window_months * interval 1 month)
    where signal_kind = 'twins'
),

rows_behind as (
    from burst
    union all
    from instant
    union all
    from first_seen_late
    union all
    from padding
    union all
    from shrinking
    union all
    from bunching
),

found as (
    from backdated
    union all
    from rewritten
    union all
    from twins
    union all
    from rows_behind semi join fired using (signal_kind, township_code, period_start)
),

integrity_case as (
    select * exclude (township_code, detail), township_code as division_code, detail::varchar as detail
    from found
)

select * from integrity_case
