{{ config(alias='dim_division') }}  {#- core's model has the name already -#}

with published_division as (
    select
        division_code,
        division_name,
        division_name_en,
        level,
        parent_code,
        unit_kind,
    from {{ ref('dim_division') }}
)

select * from published_division
