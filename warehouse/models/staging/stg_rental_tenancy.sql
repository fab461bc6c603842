{{ config(materialized='incremental', incremental_strategy='append', pre_hook='{{ delete_rebuilt_months() }}') }}

with landed as (
    select * from {{ source('lake', 'rental_tenancy') }}
),

governing as (
    select * from {{ ref('governing_snapshot') }}
    where source = 'rental_tenancy' and {{ is_rebuilt_month() }}
),

stg_rental_tenancy as (
    select
        cast(landed.house_no as string) as house_no,
        cast(landed.village_code as string) as village_code,
        cast(landed.person_key as string) as person_key,
        cast(landed.id_status as string) as id_status,
        cast(landed.start_date as date) as start_date,
        cast(landed.end_date as date) as end_date,
        cast(landed.checked_date as date) as checked_date,
        cast(
            landed.start_date <= governing.as_of
            and (landed.end_date is null or landed.end_date > governing.as_of) as boolean
        ) as is_current,
        governing.township_code,
        governing.county_code,
        governing.period_month,
        cast(landed.unreadable as string) as unreadable,
        cast(landed.source_file as string) as source_file,
        cast(landed.source_row as bigint) as source_row,
        cast(landed.batch_id as string) as batch_id,
        cast(landed.as_of as date) as as_of
    from landed
    inner join governing
        on
            landed.batch_id = governing.batch_id
            and {{ township_of('landed.village_code') }} = governing.township_code
)

select * from stg_rental_tenancy
