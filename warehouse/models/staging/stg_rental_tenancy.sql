{{ config(materialized='incremental') }}

with governing_rows as (
    {{ governing_rows('rental_tenancy') }}
),

stg_rental_tenancy as (
    select
        cast(house_no as string) as house_no,
        cast(village_code as string) as village_code,
        cast(person_key as string) as person_key,
        cast(id_status as string) as id_status,
        cast(start_date as date) as start_date,
        cast(end_date as date) as end_date,
        cast(checked_date as date) as checked_date,
        cast(
            start_date <= snapshot_date
            and (end_date is null or end_date > snapshot_date) as boolean
        ) as is_current,
        township_code,
        county_code,
        period_month,
        {{ trace_columns() }}
    from governing_rows
)

select * from stg_rental_tenancy
