{{ config(materialized='incremental', meta={'rebuilt': 'month', 'month_column': 'period_start'}) }}

{%- set differences = [
    'different_township', 'different_sex', 'different_birth_date', 'different_origin', 'different_inflow_date'
] %}

with township_counts as (
    select * from {{ ref('registry_overlap') }} where {{ is_rebuilt('period_month') }}
),

ancestors as (
    select * from {{ ref('dim_division_ancestor') }}
),

township_totals as (
    {{ township_totals() }}
),

level_counts as (
    select
        period_month as period_start,
        ancestor_code as division_code,
        ancestor_level as level,
        {%- for count in ['only_gpl', 'only_padis', 'both_equal', 'keyless', 'rows_total'] + differences %}
        sum({{ count }})::bigint as {{ count }},
        {%- endfor %}
        sum({{ differences | join(' + ') }})::bigint as both_different,
        count(*) as townships,
        bool_or(is_provisional) as is_provisional,
    from township_counts
    inner join ancestors on township_code = ancestors.division_code
    group by all
),

reconciliation_count as (
    select
        level_counts.* exclude (townships, is_provisional),
        is_provisional or townships < township_total as is_provisional,
    from level_counts
    inner join township_totals using (division_code)
)

select * from reconciliation_count
