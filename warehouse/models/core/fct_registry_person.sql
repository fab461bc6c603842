with files as (
    select *, {{ speaker_rank('updated_at', 'record_no') }} as speaker_rank
    from {{ ref('stg_gpl_resident') }}
    where is_active and person_key is not null and {{ is_rebuilt() }}
),

padis_cases as (
    select *, {{ speaker_rank('updated_at', 'case_no') }} as speaker_rank
    from {{ ref('stg_padis_resident') }}
    where is_active and person_key is not null and {{ is_rebuilt() }}
),

landed as (
    {{ landed_in_all(['gpl_resident', 'padis_resident']) }}
),

gpl as (
    select * from files where speaker_rank = 1
),

padis as (
    select * from padis_cases where speaker_rank = 1
),

compared as (
    select
        coalesce(gpl.period_month, padis.period_month) as period_month,
        coalesce(gpl.village_code, padis.village_code) as division_code,
        coalesce(gpl.township_code, padis.township_code) as township_code,
        coalesce(gpl.record_no, padis.case_no) as case_ref,
        case when gpl.person_key is not null then 'gpl_resident' else 'padis_resident' end as source,
        case when gpl.person_key is not null then gpl.source_file else padis.source_file end as source_file,
        case when gpl.person_key is not null then gpl.source_row else padis.source_row end as source_row,
        case when gpl.person_key is not null then padis.source_file end as compared_file,
        case when gpl.person_key is not null then padis.source_row end as compared_row,
        case
            when padis.person_key is null then 'only_in_gpl'
            when gpl.person_key is null then 'only_in_padis'
            when gpl.township_code <> padis.township_code then 'differs:township'
            when gpl.sex <> padis.sex then 'differs:sex'
            when gpl.birth_date <> padis.birth_date then 'differs:birth_date'
            when gpl.origin_code <> padis.origin_code then 'differs:origin_code'
            when gpl.inflow_date <> padis.inflow_date then 'differs:inflow_date'
            else 'met'
        end as registry_consistency
    from gpl
    full outer join padis
        on
            gpl.period_month = padis.period_month
            and gpl.county_code = padis.county_code
            and gpl.person_key = padis.person_key
),

fct_registry_person as (
    select
        compared.period_month,
        compared.division_code,
        compared.township_code,
        compared.case_ref,
        cast(null as timestamp) as due_at,
        cast(compared.source as string) as source,
        compared.source_file,
        compared.source_row,
        compared.compared_file,
        compared.compared_row,
        cast(compared.registry_consistency as string) as registry_consistency
    from compared
    inner join landed
        on compared.period_month = landed.period_month and compared.township_code = landed.township_code
)

select * from fct_registry_person
