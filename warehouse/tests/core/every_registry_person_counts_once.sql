{{ config(meta={
    'text_zh': '两库在册人员没有恰好计入一次',
    'text_en': 'A person in either registry is not counted exactly once',
}) }}

-- A person with a key in either registry of a county is one case. Only somebody whose places have not all landed may
-- be none.
with traces as (
    select 'gpl_resident' as source, period_month, county_code, township_code, source_file, source_row, person_key
    from {{ ref('stg_gpl_resident') }}
    where is_active and person_key is not null
    union all
    select 'padis_resident', period_month, county_code, township_code, source_file, source_row, person_key
    from {{ ref('stg_padis_resident') }}
    where is_active and person_key is not null
),

landed as (
    {{ landed_in_all(['gpl_resident', 'padis_resident']) }}
),

counted as (
    select
        traces.period_month,
        traces.county_code,
        traces.person_key,
        count(cases.case_ref) as case_count,
        count(*) filter (where landed.township_code is null) as elsewhere_count
    from traces
    left join landed
        on traces.period_month = landed.period_month and traces.township_code = landed.township_code
    left join {{ ref('fct_registry_person') }} as cases
        on
            traces.source = cases.source
            and traces.period_month = cases.period_month
            and traces.township_code = cases.township_code
            and traces.source_file = cases.source_file
            and traces.source_row = cases.source_row
    group by traces.period_month, traces.county_code, traces.person_key
)

select * from counted
where case_count > 1 or (case_count = 0 and elsewhere_count = 0)
