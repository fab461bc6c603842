{{ config(meta={
    'dagster': {'ref': {'name': 'fct_quality_impact'}},
    'text_zh': '不合格行对指标的影响与指标结果对不上，或上下端颠倒',
    'text_en': 'The effect of failing rows does not tie to the result, or its ends are swapped',
}) }}

-- From all bad to all good the value lies in between; what a failure decides is counted as bad already. The counts are those
-- of the result, and what crosses a target has one.
with results as (
    select * from {{ ref('fct_indicator_result') }} where period_kind = 'month' and level = 'township'
)

select impacts.*
from {{ ref('fct_quality_impact') }} as impacts
left join results using (indicator_code, division_code, period_start)
where
    (impacts.numerator, impacts.denominator) is distinct from (results.numerator, results.denominator)
    or impacts.value is distinct from results.value
    or impacts.target_value is distinct from results.target_value
    or not coalesce(value_if_all_bad <= coalesce(impacts.value, value_if_all_bad), value_if_all_bad is null)
    or not coalesce(coalesce(impacts.value, value_if_all_good) <= value_if_all_good, value_if_all_good is null)
    or (effect = 'decides' and value_if_all_bad is distinct from impacts.value)
    or value_if_all_bad < 0
    or value_if_all_good > 1
    or (crosses_target and impacts.target_value is null)
    or suspect_rows < 1
