{# Nine digits name a township, the last three a village in it. #}

{% macro township_of(division_code) -%}
    cast(substr({{ division_code }}, 1, 9) || '000' as string)
{%- endmacro %}

{% macro village_number_of(division_code) -%}
    cast(substr({{ division_code }}, 10, 3) as string)
{%- endmacro %}

{# Units of the statistics that are no townships (a horse farm, a mine): what is registered there counts for the county,
   but nobody there has a township's account or a place in the ranking. #}
{% macro unranked_divisions() -%}
    select divisions.division_code
    from {{ ref('divisions') }} as divisions
    inner join {{ ref('unit_kinds') }} as unit_kinds on divisions.unit_kind = unit_kinds.unit_kind
    where not unit_kinds.is_ranked
{%- endmacro %}

{# How many townships each division has; a level is complete when as many have landed. #}
{% macro township_totals() -%}
    select ancestor_code as division_code, count(*) as township_total
    from {{ ref('dim_division_ancestor') }} as ancestors
    semi join {{ ref('dim_division') }} as townships
        on ancestors.division_code = townships.division_code and townships.level = 'township'
    group by ancestor_code
{%- endmacro %}
