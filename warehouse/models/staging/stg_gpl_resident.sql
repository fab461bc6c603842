{{ config(materialized='incremental') }}

with governing_rows as (
    {{ governing_rows('gpl_resident', key='record_no') }}
),

stg_gpl_resident as (
    select
        cast(record_no as string) as record_no,
        cast(household_no as string) as household_no,
        cast(person_key as string) as person_key,
        cast(id_status as string) as id_status,
        cast(id_agrees as boolean) as id_agrees,
        cast(sex as string) as sex,
        cast(birth_date as date) as birth_date,
        cast(origin_code as string) as origin_code,
        cast(village_code as string) as village_code,
        cast(inflow_date as date) as inflow_date,
        cast(outflow_date as date) as outflow_date,
        cast(residence_kind as string) as residence_kind,
        cast(house_no as string) as house_no,
        cast(has_phone as boolean) as has_phone,
        cast(record_state as string) as record_state,
        cast(registered_at as timestamp) as registered_at,
        cast(updated_at as timestamp) as updated_at,
        cast(operator_key as string) as operator_key,
        cast(has_contact_card as boolean) as has_contact_card,
        cast(is_informed as boolean) as is_informed,
        cast(occurrences as bigint) as occurrences,
        cast(
            record_state = 'active'
            and inflow_date <= snapshot_date
            and (outflow_date is null or outflow_date > snapshot_date) as boolean
        ) as is_active,
        township_code,
        county_code,
        period_month,
        {{ trace_columns() }}
    from governing_rows
)

select * from stg_gpl_resident
