{{ config(meta={
    'dagster': {'ref': {'name': 'fct_slow_progress'}},
    'text_zh': '列为进展缓慢而依据不符',
    'text_en': 'An entry of slow progress is not borne out by its evidence',
}) }}

-- The evidence is the months that the rule looks at, all closed, with the misses counted, and the rule was in force.
with entries as (
    select *, from_json(evidence, '[{"period_start": "date", "is_reached": "boolean", "is_serious": "boolean"}]') as looked_at
    from {{ ref('fct_slow_progress') }}
),

rules as (
    select * from {{ ref('dim_slow_progress_rule') }}
),

results as (
    select * from {{ ref('fct_indicator_result') }} where period_kind = 'month'
),

improvements as (
    select * from {{ ref('fct_trend_point') }} where signal_kind = 'improvement'
)

select entries.*
from entries
left join rules
    on entries.rule_id = rules.rule_id and {{ is_in_force('last_day(entries.period_start)', 'rules') }}
left join results using (period_start, division_code, indicator_code)
where
    rules.rule_id is null
    or level is distinct from 'township'
    or is_provisional
    or len(looked_at) <> months_counted
    or months_counted <> rules.months
    or months_missed < rules.misses
    or months_missed > list_count(list_filter(looked_at, looked -> not looked.is_reached))
    or looked_at[-1].period_start <> period_start
    or (requires_serious and not looked_at[-1].is_serious)
    or (
        requires_no_improvement
        and exists (
            from improvements
            where
                improvements.division_code = entries.division_code
                and improvements.indicator_code = entries.indicator_code
                and improvements.period_start between looked_at[1].period_start and entries.period_start
        )
    )
