{{ config(materialized='table') }}

with seeded as (
    select * from {{ ref('divisions') }}
),

village_codes as (
    {%- for extract in village_sources() %}
    select village_code from {{ source('lake', extract) }}
    {{- ' union' if not loop.last }}
    {%- endfor %}
),

villages_from_data as (
    select
        village_codes.village_code as division_code,
        townships.division_code as parent_code,
        {{ village_number_of('village_codes.village_code') }} as village_number,
        townships.division_name as township_name,
        townships.division_name_en as township_name_en
    from village_codes
    inner join seeded as townships
        on {{ township_of('village_codes.village_code') }} = townships.division_code
    left join seeded as known on village_codes.village_code = known.division_code
    where known.division_code is null
),

divisions as (
    select division_code, division_name, division_name_en, level, parent_code, unit_kind
    from seeded
    union all
    select
        division_code,
        township_name || village_number as division_name,
        township_name_en || ' ' || village_number as division_name_en,
        'village' as level,
        parent_code,
        null as unit_kind
    from villages_from_data
),

dim_division as (
    select
        cast(division_code as string) as division_code,
        cast(division_name as string) as division_name,
        cast(division_name_en as string) as division_name_en,
        cast(level as string) as level,
        cast(parent_code as string) as parent_code,
        cast(unit_kind as string) as unit_kind
    from divisions
)

select * from dim_division
