{{ config(meta={
    'dagster': {'ref': {'name': 'dim_slow_progress_rule'}},
    'text_zh': '进展缓慢规则的有效期重叠，或要求的未达标月数多于观察月数',
    'text_en': 'Versions of a slow-progress rule overlap, or one asks for more misses than months',
}) }}

-- One version of a rule at a time, and none that asks for more misses than months.
with rules as (
    select * exclude (valid_to), coalesce(valid_to, date '9999-12-31') as valid_to from {{ ref('dim_slow_progress_rule') }}
)

select *
from rules
left join rules as later using (rule_id)
where
    rules.valid_to < rules.valid_from
    or not rules.misses between 1 and rules.months
    or rules.months > {{ var('trend_most_months') }}
    or (rules.valid_from < later.valid_from and rules.valid_to >= later.valid_from)
