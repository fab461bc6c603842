{{ config(meta={
    'dagster': {'ref': {'name': 'fct_next_step'}},
    'text_zh': '还需办到的件数与结果对不上',
    'text_en': 'What it would take does not follow from the result',
}) }}

-- Missed cases are mendable or lost; so many met, and no fewer, reach the target; what can still be met suffices or does not.
with steps as (
    select *, can_still_meet - pending as mendable from {{ ref('fct_next_step') }}
),

results as (
    select period_kind, period_start, division_code, indicator_code, is_reached, target_value::decimal(9, 6) as target_value
    from {{ ref('fct_indicator_result') }}
),

contributions as (
    select period_kind, period_start, division_code, indicator_code, lost from {{ ref('fct_score_contribution') }}
)

select steps.*
from steps
left join results using (period_kind, period_start, division_code, indicator_code)
left join contributions using (period_kind, period_start, division_code, indicator_code)
where
    target_value is null
    or missed + pending = 0
    or mendable < 0
    or mendable + lost_for_good <> missed
    or coalesce(is_reached, true) <> (cases_to_target = 0)
    or denominator - missed + cases_to_target < target_value * denominator
    or (cases_to_target > 0 and denominator - missed + cases_to_target - 1 >= target_value * denominator)
    or (open_to_target is null) <> (denominator - missed + can_still_meet < target_value * (denominator + pending))
    or open_to_target > can_still_meet
    or points_to_target is distinct from lost
    or points_per_case > points_to_target + 1e-9
    or points_per_case < 0
