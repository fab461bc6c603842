{{ config(materialized='table') }}

with cases as (
    select signal_kind, division_code, period_start, record_ref, detail from {{ ref('integrity_case') }}
),

case_counts as (
    select signal_kind, division_code, period_start, count(*) as rows
    from cases
    group by all
),

{#- What two exports say against each other needs no model: by chance it does not happen. #}
contradictions as (
    select
        signal_kind,
        division_code,
        period_start,
        to_json({
            entries: count(*),
            records: count(distinct record_ref),
            fields: list(distinct detail ->> '$.field' order by detail ->> '$.field'),
        }) as evidence,
        null::double as p_value,
        0::double as expected_by_chance,
    from cases
    where signal_kind in ('backdated', 'rewritten')
    group by all
),

fired as (
    from contradictions
    union all by name
    select * exclude (township_code), township_code as division_code from {{ ref('burst_signal') }}
    union all by name
    select * exclude (township_code), township_code as division_code from {{ ref('chance_signal') }}
),

integrity_signal as (
    select
        signal_kind,
        division_code,
        period_start,
        evidence::varchar as evidence,
        coalesce(rows, 0) as rows,
        p_value,
        expected_by_chance,
    from fired
    left join case_counts using (signal_kind, division_code, period_start)
)

select * from integrity_signal
