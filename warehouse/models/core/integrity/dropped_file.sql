{{ config(meta={'rebuilt': 'next_month'}) }}

{%- set is_compared_month -%}
    ({{ is_rebuilt() }} or {{ is_rebuilt(plus_months('period_month', 1), 'month') }})
{%- endset %}

with files as (
    select *, {{ speaker_rank('updated_at', 'record_no') }} as speaker_rank
    from {{ ref('stg_gpl_resident') }}
    where is_active and person_key is not null and {{ is_compared_month }}
),

cases as (
    select distinct period_month, county_code, person_key
    from {{ ref('stg_padis_resident') }}
    where is_active and person_key is not null and {{ is_compared_month }}
),

landed as (
    {{ landed_in_all(['gpl_resident', 'padis_resident']) }}
),

in_both_before as (
    select files.*, {{ plus_months('files.period_month', 1) }} as next_month
    from files
    inner join cases
        on
            files.period_month = cases.period_month
            and files.county_code = cases.county_code
            and files.person_key = cases.person_key
    where files.speaker_rank = 1
),

-- Who moved to another township of the county has a file there, so the person is looked for in the whole county.
dropped_file as (
    select
        before.next_month as period_month,
        before.township_code,
        cast('gpl_resident' as string) as source,
        before.record_no as record_ref,
        before.source_file,
        before.source_row
    from in_both_before as before
    inner join landed
        on before.next_month = landed.period_month and before.township_code = landed.township_code
    inner join cases
        on
            before.next_month = cases.period_month
            and before.county_code = cases.county_code
            and before.person_key = cases.person_key
    left join files
        on
            before.next_month = files.period_month
            and before.county_code = files.county_code
            and before.person_key = files.person_key
            and files.speaker_rank = 1
    where files.person_key is null and {{ is_rebuilt('before.next_month') }}
)

select * from dropped_file
