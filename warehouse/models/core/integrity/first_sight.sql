{{ config(materialized='table') }}

with lateness as (
    select slack_days from {{ ref('integrity_signals') }} where signal_kind = 'first_seen_late'
),
{{ ledger_histories() }}

versions as (
    {%- for ledger, columns in accountable_ledgers().items() %}
    select
        '{{ ledger }}' as source,
        {{ ledger_number(ledger, ledger ~ '_versions') }} as record_ref,
        township_code,
        cast({{ columns.since }} as date) as since_on,
        {{ columns.finished }} is not null as is_finished,
        as_of, version_no, source_file, source_row
    from {{ ledger }}_versions
    {{- ' union all' if not loop.last }}
    {%- endfor %}
),

-- An export speaks for a township of which it shows a row, and from the day of the oldest one on.
exports as (
    select source, township_code, as_of, min(since_on) as oldest_on, min(source_file) as source_file
    from versions
    group by source, township_code, as_of
),

absences as (
    select
        sightings.*,
        exports.as_of as absent_on,
        exports.source_file as absent_file,
        row_number() over (
            partition by sightings.source, sightings.township_code, sightings.record_ref
            order by exports.as_of desc
        ) as precedence
    from versions as sightings
    cross join lateness
    inner join exports
        on
            sightings.source = exports.source
            and sightings.township_code = exports.township_code
            and sightings.as_of > exports.as_of
            and sightings.since_on >= exports.oldest_on
            and sightings.since_on <= {{ plus_days('exports.as_of', '-lateness.slack_days') }}
    where sightings.version_no = 1 and sightings.is_finished
),

done_in_time as (
    select period_month, township_code, source, case_ref, source_file, source_row
    from {{ ref('fct_message') }}
    where coalesce(inquiry_on_time, urgent_same_day, birth_notice_receipt, health_notice_receipt) = 'met'
    union all
    select period_month, township_code, source, case_ref, source_file, source_row
    from {{ ref('fct_service_event') }}
    where coalesce(service_on_time, care_visit) = 'met'
),

first_sight as (
    select
        cases.period_month,
        cases.township_code,
        cast(cases.source as string) as source,
        cast(cases.case_ref as string) as record_ref,
        absences.absent_on is not null as is_late,
        absences.since_on,
        absences.absent_on,
        cast(absences.absent_file as string) as absent_file,
        cast(absences.as_of as date) as first_seen_on,
        cast(coalesce(absences.source_file, cases.source_file) as string) as source_file,
        cast(coalesce(absences.source_row, cases.source_row) as bigint) as source_row
    from done_in_time as cases
    left join absences
        on
            cases.source = absences.source
            and cases.township_code = absences.township_code
            and cases.case_ref = absences.record_ref
            and absences.precedence = 1
)

select * from first_sight
