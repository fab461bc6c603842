{{ config(materialized='table') }}

with backdating as (
    select slack_days from {{ ref('integrity_signals') }} where signal_kind = 'backdated'
),
{{ ledger_histories() }}

steps as (
    {%- for ledger, columns in accountable_ledgers().items() %}
    {%- set is_last = loop.last %}
    {%- for field in columns.done %}
    select
        '{{ ledger }}' as source,
        giver_code,
        {{ ledger_number(ledger, ledger ~ '_versions') }} as record_ref,
        '{{ field }}' as field,
        {{ field }} as done_at,
        unreadable like '%,{{ field }},%' as is_unreadable,
        township_code, as_of, version_no, source_file, source_row
    from {{ ledger }}_versions
    {{- ' union all' if not (is_last and loop.last) }}
    {%- endfor %}
    {%- endfor %}
),

not_done as (
    select * from steps where done_at is null and not is_unreadable
),

claims as (
    select * from steps where done_at is not null
),

-- An export may have been drawn in the course of its day, hence the slack. A cell that nobody could read shows nothing.
contradictions as (
    select
        claims.*,
        not_done.as_of as not_done_on,
        not_done.source_file as earlier_file,
        not_done.source_row as earlier_row,
        row_number() over (
            partition by claims.source, claims.giver_code, claims.record_ref, claims.field
            order by claims.version_no, not_done.version_no desc
        ) as precedence
    from claims
    inner join not_done
        on
            claims.source = not_done.source
            and claims.giver_code = not_done.giver_code
            and claims.record_ref = not_done.record_ref
            and claims.field = not_done.field
            and claims.version_no > not_done.version_no
    cross join backdating
    where cast(claims.done_at as date) < {{ plus_days('not_done.as_of', '-backdating.slack_days') }}
),

backdated_entry as (
    select
        {{ month_of('as_of') }} as period_month,
        township_code,
        giver_code,
        cast(source as string) as source,
        cast(record_ref as string) as record_ref,
        cast(field as string) as field,
        cast(done_at as timestamp) as claimed_at,
        cast(not_done_on as date) as not_done_on,
        cast(earlier_file as string) as earlier_file,
        cast(earlier_row as bigint) as earlier_row,
        cast(source_file as string) as source_file,
        cast(source_row as bigint) as source_row
    from contradictions
    where precedence = 1
)

select * from backdated_entry
