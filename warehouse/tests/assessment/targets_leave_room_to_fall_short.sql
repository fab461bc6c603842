{{ config(meta={
    'text_zh': '目标、下限、容许值或权重超出范围',
    'text_en': 'A target, floor, tolerance or weight is out of range',
}) }}

-- Attainment runs from floor to target.
select
    indicator_code, scope_code, valid_from, floor_value, target_value, tolerance_value, weight, min_denominator
from {{ ref('targets') }}
where
    not coalesce(floor_value >= 0 and floor_value < target_value and target_value <= 1, false)
    or not coalesce(tolerance_value between 0 and 1, false)
    or not coalesce(weight >= 0, false)
    or not coalesce(min_denominator >= 0, false)
    or is_veto is null
