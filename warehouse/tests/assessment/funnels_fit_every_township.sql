{{ config(meta={
    'dagster': {'ref': {'name': 'fct_funnel'}},
    'text_zh': '漏斗图缺少某乡镇的件数，或多出无关的件数',
    'text_en': "A funnel lacks a township's number of cases, or has one that no township has",
}) }}

-- Every township's month lies at a size that its county's funnel has, and the funnel has no other.
with sizes as (
    select distinct period_start, parent_code, indicator_code, denominator
    from {{ ref('fct_indicator_result') }}
    inner join {{ ref('published_division') }} as townships using (division_code)
    where period_kind = 'month' and denominator > 0 and townships.level = 'township'
),

funnel_sizes as (
    select * from {{ ref('fct_funnel') }} where centre_kind = 'county'
)

select *
from sizes
full join funnel_sizes using (period_start, parent_code, indicator_code, denominator)
where sizes.denominator is null or centre is null
