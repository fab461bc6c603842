{{ config(materialized='incremental', incremental_strategy='append', pre_hook='{{ delete_rebuilt_months() }}') }}

with landed as (
    select * from {{ source('lake', 'gpl_resident') }}
),

governing as (
    select * from {{ ref('governing_snapshot') }}
    where source = 'gpl_resident' and {{ is_rebuilt_month() }}
),

numbered as (
    select
        *,
        count(*) over (partition by batch_id, record_no) as occurrences,
        row_number() over (partition by batch_id, record_no order by source_row desc nulls last) as precedence
    from landed
    where batch_id in (select batch_id from governing)
),

last_rows as (
    select * from numbered where precedence = 1
),

stg_gpl_resident as (
    select
        cast(last_rows.record_no as string) as record_no,
        cast(last_rows.household_no as string) as household_no,
        cast(last_rows.person_key as string) as person_key,
        cast(last_rows.id_status as string) as id_status,
        cast(last_rows.id_agrees as boolean) as id_agrees,
        cast(last_rows.sex as string) as sex,
        cast(last_rows.birth_date as date) as birth_date,
        cast(last_rows.origin_code as string) as origin_code,
        cast(last_rows.village_code as string) as village_code,
        cast(last_rows.inflow_date as date) as inflow_date,
        cast(last_rows.outflow_date as date) as outflow_date,
        cast(last_rows.residence_kind as string) as residence_kind,
        cast(last_rows.house_no as string) as house_no,
        cast(last_rows.has_phone as boolean) as has_phone,
        cast(last_rows.record_state as string) as record_state,
        cast(last_rows.registered_at as timestamp) as registered_at,
        cast(last_rows.updated_at as timestamp) as updated_at,
        cast(last_rows.operator_key as string) as operator_key,
        cast(last_rows.has_contact_card as boolean) as has_contact_card,
        cast(last_rows.is_informed as boolean) as is_informed,
        cast(last_rows.occurrences as bigint) as occurrences,
        cast(
            last_rows.record_state = 'active'
            and last_rows.inflow_date <= governing.as_of
            and (last_rows.outflow_date is null or last_rows.outflow_date > governing.as_of) as boolean
        ) as is_active,
        governing.township_code,
        governing.county_code,
        governing.period_month,
        cast(last_rows.unreadable as string) as unreadable,
        cast(last_rows.source_file as string) as source_file,
        cast(last_rows.source_row as bigint) as source_row,
        cast(last_rows.batch_id as string) as batch_id,
        cast(last_rows.as_of as date) as as_of
    from last_rows
    inner join governing
        on
            last_rows.batch_id = governing.batch_id
            and {{ township_of('last_rows.village_code') }} = governing.township_code
)

select * from stg_gpl_resident
