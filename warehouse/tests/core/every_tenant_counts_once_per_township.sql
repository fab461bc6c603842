{{ config(meta={
    'text_zh': '现租户在本乡镇没有恰好计入一次',
    'text_en': 'A current tenant is not counted exactly once in the township',
}) }}

-- As many tenants as keys among the current tenancies of a township, in months where tenancies and GPL have landed.
with landed as (
    {{ landed_in_all(['gpl_resident', 'rental_tenancy']) }}
),

keys as (
    select distinct tenancies.period_month, tenancies.township_code, tenancies.person_key
    from {{ ref('stg_rental_tenancy') }} as tenancies
    inner join landed
        on tenancies.period_month = landed.period_month and tenancies.township_code = landed.township_code
    where tenancies.is_current and tenancies.person_key is not null
),

tenants as (
    select period_month, township_code, count(*) as tenant_count from keys group by period_month, township_code
),

cases as (
    select period_month, township_code, count(*) as case_count
    from {{ ref('fct_tenant') }}
    group by period_month, township_code
)

select *
from tenants
full outer join cases
    on tenants.period_month = cases.period_month and tenants.township_code = cases.township_code
where coalesce(tenants.tenant_count, 0) <> coalesce(cases.case_count, 0)
