with files as (
    select *, {{ speaker_rank('updated_at', 'record_no') }} as speaker_rank
    from {{ ref('stg_gpl_resident') }}
    where is_active and {{ is_rebuilt() }}
),

tenancies as (
    select *, {{ speaker_rank('start_date', 'house_no') }} as speaker_rank
    from {{ ref('stg_rental_tenancy') }}
    where is_current and person_key is not null and {{ is_rebuilt() }}
),

padis_cases as (
    select *, {{ speaker_rank('updated_at', 'case_no') }} as speaker_rank
    from {{ ref('stg_padis_resident') }}
    where is_active and person_key is not null and {{ is_rebuilt() }}
),

landed as (
    {{ landed_in_all(['gpl_resident', 'padis_resident', 'rental_tenancy']) }}
),

-- A file without a key is a person of its own; a key is one person. The file says where, else the tenancy, else PADIS.
traces as (
    select
        1 as place_rank, 'gpl_resident' as source, record_no as case_ref,
        period_month, county_code, person_key, village_code, township_code, source_file, source_row
    from files
    where person_key is null or speaker_rank = 1
    union all
    select
        2 as place_rank, 'rental_tenancy' as source, {{ tenancy_ref() }} as case_ref,
        period_month, county_code, person_key, village_code, township_code, source_file, source_row
    from tenancies
    where speaker_rank = 1
    union all
    select
        3 as place_rank, 'padis_resident' as source, case_no as case_ref,
        period_month, county_code, person_key, village_code, township_code, source_file, source_row
    from padis_cases
    where speaker_rank = 1
),

placed as (
    select
        *,
        row_number() over (partition by period_month, county_code, person_key order by place_rank) as place
    from traces
    where person_key is not null
    union all
    select *, 1 as place
    from traces
    where person_key is null
),

fct_known_person as (
    select
        placed.period_month,
        placed.village_code as division_code,
        placed.township_code,
        cast(placed.case_ref as string) as case_ref,
        cast(null as timestamp) as due_at,
        cast(placed.source as string) as source,
        placed.source_file,
        placed.source_row,
        cast(
            case when placed.source = 'gpl_resident' then 'met' else 'not_registered' end as string
        ) as registration_coverage
    from placed
    inner join landed
        on placed.period_month = landed.period_month and placed.township_code = landed.township_code
    where placed.place = 1
)

select * from fct_known_person
