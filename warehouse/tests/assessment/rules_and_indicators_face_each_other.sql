{{ config(meta={
    'seed': 'rule_indicators',
    'dagster': {'ref': {'name': 'dim_rule_indicator'}},
    'text_zh': '规则与指标的对应表中有不存在的规则，或与计入准确率的规则不符',
    'text_en': 'The list of rules and indicators names an unknown rule, or differs from the rules that affect accuracy',
}) }}

-- A rule that tells on an indicator exists; and the rules that decide an indicator whose misses name rules are exactly those
-- marked as affecting accuracy.
with decided_by_rules as (
    select distinct indicator_code from {{ ref('case_outcome') }} where outcome like 'rule:%'
)

select rule_id, indicator_code
from {{ ref('dim_rule_indicator') }}
anti join {{ ref('dim_rule') }} using (rule_id)
union all
select rule_id, indicator_code
from {{ ref('dim_rule_indicator') }}
inner join {{ ref('dim_rule') }} using (rule_id)
semi join decided_by_rules using (indicator_code)
where effect = 'decides' and not affects_accuracy
union all
select rule_id, indicator_code
from {{ ref('dim_rule') }}
cross join decided_by_rules
anti join (from {{ ref('dim_rule_indicator') }} where effect = 'decides') as deciding using (rule_id, indicator_code)
where affects_accuracy
