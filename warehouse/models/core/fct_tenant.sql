with tenancies as (
    select *, {{ speaker_rank('start_date', 'house_no', within='township_code') }} as speaker_rank
    from {{ ref('stg_rental_tenancy') }}
    where is_current and person_key is not null and {{ is_rebuilt() }}
),

registered as (
    select distinct period_month, county_code, person_key
    from {{ ref('stg_gpl_resident') }}
    where is_active and person_key is not null and {{ is_rebuilt() }}
),

landed as (
    {{ landed_in_all(['gpl_resident', 'rental_tenancy']) }}
),

tenants as (
    select tenancies.*
    from tenancies
    inner join landed
        on tenancies.period_month = landed.period_month and tenancies.township_code = landed.township_code
    where tenancies.speaker_rank = 1
),

fct_tenant as (
    select
        tenants.period_month,
        tenants.village_code as division_code,
        tenants.township_code,
        {{ tenancy_ref('tenants') }} as case_ref,
        cast(null as timestamp) as due_at,
        cast('rental_tenancy' as string) as source,
        tenants.source_file,
        tenants.source_row,
        cast(
            case when registered.person_key is not null then 'met' else 'not_registered' end as string
        ) as tenant_registration
    from tenants
    left join registered
        on
            tenants.period_month = registered.period_month
            and tenants.county_code = registered.county_code
            and tenants.person_key = registered.person_key
)

select * from fct_tenant
