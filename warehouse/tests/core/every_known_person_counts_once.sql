{{ config(meta={
    'text_zh': '已知居住的人员没有恰好计入一次',
    'text_en': 'A person known in the county is not counted exactly once',
}) }}

-- A person known in a county and month is one case. Only somebody whose places have not all landed may be none.
with traces as (
    select 'gpl_resident' as source, period_month, county_code, township_code, source_file, source_row,
        coalesce(person_key, source_file || ' ' || cast(source_row as string)) as person
    from {{ ref('stg_gpl_resident') }}
    where is_active
    union all
    select 'padis_resident', period_month, county_code, township_code, source_file, source_row, person_key
    from {{ ref('stg_padis_resident') }}
    where is_active and person_key is not null
    union all
    select 'rental_tenancy', period_month, county_code, township_code, source_file, source_row, person_key
    from {{ ref('stg_rental_tenancy') }}
    where is_current and person_key is not null
),

landed as (
    {{ landed_in_all(['gpl_resident', 'padis_resident', 'rental_tenancy']) }}
),

counted as (
    select
        traces.period_month,
        traces.county_code,
        traces.person,
        count(cases.case_ref) as case_count,
        count(*) filter (where landed.township_code is null) as elsewhere_count
    from traces
    left join landed
        on traces.period_month = landed.period_month and traces.township_code = landed.township_code
    left join {{ ref('fct_known_person') }} as cases
        on
            traces.source = cases.source
            and traces.period_month = cases.period_month
            and traces.township_code = cases.township_code
            and traces.source_file = cases.source_file
            and traces.source_row = cases.source_row
    group by traces.period_month, traces.county_code, traces.person
)

select * from counted
where case_count > 1 or (case_count = 0 and elsewhere_count = 0)
