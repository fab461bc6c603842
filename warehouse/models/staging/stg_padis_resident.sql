{{ config(materialized='incremental') }}

with governing_rows as (
    {{ governing_rows('padis_resident', key='case_no') }}
),

stg_padis_resident as (
    select
        cast(case_no as string) as case_no,
        cast(person_key as string) as person_key,
        cast(id_status as string) as id_status,
        cast(id_agrees as boolean) as id_agrees,
        cast(sex as string) as sex,
        cast(birth_date as date) as birth_date,
        cast(origin_code as string) as origin_code,
        cast(village_code as string) as village_code,
        cast(inflow_date as date) as inflow_date,
        cast(outflow_date as date) as outflow_date,
        cast(case_state as string) as case_state,
        cast(updated_at as timestamp) as updated_at,
        cast(occurrences as bigint) as occurrences,
        cast(
            case_state = 'inflow_registered'
            and inflow_date <= snapshot_date
            and (outflow_date is null or outflow_date > snapshot_date) as boolean
        ) as is_active,
        township_code,
        county_code,
        period_month,
        {{ trace_columns() }}
    from governing_rows
)

select * from stg_padis_resident
