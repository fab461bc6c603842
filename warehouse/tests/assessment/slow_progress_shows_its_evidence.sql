{{ config(meta={
    'dagster': {'ref': {'name': 'fct_slow_progress'}},
    'text_zh': '列为进展缓慢而依据不符',
    'text_en': 'An entry of slow progress is not borne out by its evidence',
}) }}

-- The evidence is the months that the rule looks at, with the misses counted, and the rule was in force. A township's are
-- all closed, and as the rule wants them; a county stands for most of its townships, and of those only who is below it.
with entries as (
    select
        *,
        from_json(
            evidence, '[{"period_start": "date", "is_reached": "boolean", "is_serious": "boolean", "ci_high": "double"}]'
        ) as looked_at,
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
),

counties as (
    select period_start, indicator_code, rule_id, division_code as county_code from entries where scope = 'county'
)

select entries.*
from entries
inner join {{ ref('published_division') }} as divisions using (division_code)
left join rules
    on entries.rule_id = rules.rule_id and {{ is_in_force('last_day(entries.period_start)', 'rules') }}
left join results using (period_start, division_code, indicator_code)
left join counties
    on entries.period_start = counties.period_start
    and entries.indicator_code = counties.indicator_code
    and entries.rule_id = counties.rule_id
    and counties.county_code in (divisions.division_code, divisions.parent_code)
where
    rules.rule_id is null
    or (scope = 'township') is distinct from (results.level = 'township')
    or len(looked_at) <> months_counted
    or months_counted > rules.months
    or months_missed > list_count(list_filter(looked_at, looked -> not looked.is_reached))
    or is_common <> (townships_listed > {{ var('common_cause_share') }} * townships_ranked)
    or is_common <> (counties.county_code is not null)
    or (
        scope = 'township'
        and (
            is_provisional
            or months_counted <> rules.months
            or months_missed < rules.misses
            or looked_at[-1].period_start <> entries.period_start
            or (requires_serious and not looked_at[-1].is_serious)
            or (is_common and looked_at[-1].ci_high >= county_rate)
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
        )
    )
