{{ config(meta={
    'dagster': {'ref': {'name': 'fct_indicator_result'}},
    'text_zh': '指标结果自相矛盾（分子、分母、比率、判定）',
    'text_en': 'A result contradicts itself in numerator, denominator, value or verdict',
}) }}

select *
from {{ ref('fct_indicator_result') }}
where
    numerator > denominator
    or least(numerator, denominator, pending) < 0
    or value is distinct from numerator / nullif(denominator, 0)
    or not (ci_low <= ci_high and ci_low >= 0 and ci_high <= 1)
    or (verdict = 'met' and not is_reached)
    or (verdict = 'not_met' and is_reached)
    or (verdict is null and target_value is not null)
    or (verdict <> 'not_delivered' and target_value is null)
    or (verdict = 'not_delivered' and not (is_provisional and level = 'township'))
    or (verdict = 'not_delivered' and (is_reached is not null or is_serious is not null or ci_low is not null or zero_defect_bound is not null))
    or (numerator is null) <> (denominator is null)
    or (numerator is null and verdict is distinct from 'not_delivered')
    or (target_value is null and (is_reached is not null or is_serious is not null))
    or (target_value = 1 and verdict = 'met') <> (verdict not in ('not_applicable', 'not_delivered') and zero_defect_bound is not null)
