{{ config(meta={
    'seed': 'targets',
    'dagster': {'ref': {'name': 'dim_target'}},
    'text_zh': '目标与指标目录对不上',
    'text_en': 'Targets and the indicator catalogue do not match',
}) }}

-- A target is of a catalogued indicator; an indicator is judged where, and only where, a target is in force.
select indicator_code, scope_code as found_in from {{ ref('dim_target') }} anti join {{ ref('dim_indicator') }} using (indicator_code)
union all
select distinct results.indicator_code, results.division_code
from {{ ref('fct_indicator_result') }} as results
inner join {{ ref('period') }} using (period_kind, period_start)
left join {{ ref('target_in_force') }} as targets
    on results.division_code = targets.division_code
    and results.indicator_code = targets.indicator_code
    and period.last_day between targets.first_day and targets.last_day
where results.target_value is distinct from targets.target_value::double
