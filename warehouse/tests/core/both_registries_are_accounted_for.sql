{{ config(meta={
    'text_zh': '两库人员的分类合计与在册人数不符',
    'text_en': 'The persons of the two registries are not all accounted for',
}) }}

-- Of a county, every person with a key active in a registry is counted as being in it, and every active row is counted. A
-- county some of whose active rows lie where only one registry has landed is left out.
with traces as (
    select 'gpl_resident' as registry, period_month, county_code, township_code, person_key
    from {{ ref('stg_gpl_resident') }}
    where is_active
    union all
    select 'padis_resident' as registry, period_month, county_code, township_code, person_key
    from {{ ref('stg_padis_resident') }}
    where is_active
),

overlap as (
    select * from {{ ref('registry_overlap') }}
),

townships as (
    select period_month, county_code, township_code, count(*) as row_count, count(person_key) as keyed_count
    from traces
    group by period_month, county_code, township_code
),

counties as (
    select
        townships.period_month,
        townships.county_code,
        sum(overlap.only_gpl) as only_gpl,
        sum(overlap.only_padis) as only_padis,
        sum(
            overlap.both_equal + overlap.different_township + overlap.different_sex + overlap.different_birth_date
            + overlap.different_origin + overlap.different_inflow_date
        ) as in_both,
        sum(overlap.rows_total) - sum(townships.row_count) as rows_too_many,
        sum(overlap.rows_total - overlap.keyless) - sum(townships.keyed_count) as keyed_too_many
    from townships
    left join overlap
        on townships.period_month = overlap.period_month and townships.township_code = overlap.township_code
    group by townships.period_month, townships.county_code
    having count(*) = count(overlap.township_code)
),

persons as (
    select distinct registry, period_month, county_code, person_key from traces where person_key is not null
),

registries as (
    select
        period_month,
        county_code,
        count(*) filter (where registry = 'gpl_resident') as gpl_persons,
        count(*) filter (where registry = 'padis_resident') as padis_persons
    from persons
    group by period_month, county_code
)

select counties.*, registries.gpl_persons, registries.padis_persons
from counties
left join registries
    on counties.period_month = registries.period_month and counties.county_code = registries.county_code
where
    counties.rows_too_many <> 0
    or counties.keyed_too_many <> 0
    or counties.only_gpl + counties.in_both <> coalesce(registries.gpl_persons, 0)
    or counties.only_padis + counties.in_both <> coalesce(registries.padis_persons, 0)
