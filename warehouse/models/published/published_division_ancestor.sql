{{ config(alias='dim_division_ancestor') }}  {#- core's model has the name already -#}

with published_division_ancestor as (
    select
        division_code,
        ancestor_level,
        ancestor_code,
    from {{ ref('dim_division_ancestor') }}
)

select * from published_division_ancestor
