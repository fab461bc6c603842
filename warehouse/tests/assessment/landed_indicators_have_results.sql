{{ config(meta={
    'dagster': {'ref': {'name': 'fct_indicator_result'}},
    'text_zh': '数据已到而无结果，或数据未到却有结果',
    'text_en': 'Landed data have no result, or a result stands without data',
}) }}

-- Landed or withheld, a result; not landed and nothing announced, none.
with results as (
    select period_start as period_month, division_code as township_code, indicator_code, true as has_result
    from {{ ref('fct_indicator_result') }}
    where period_kind = 'month' and level = 'township'
)

select *
from results
full join {{ ref('landed_indicator') }} using (period_month, township_code, indicator_code)
where has_result is null or is_provisional is null
