{{ config(meta={
    'dagster': {'ref': {'name': 'fct_score_change'}},
    'text_zh': '各指标的变化之和不等于得分的变化',
    'text_en': 'The changes of the indicators do not add up to the change of the score',
}) }}

-- Exactly, to the six decimals of a score: wherever there are two scores, and nowhere else.
with scores as (
    select *, score::decimal(12, 6) - previous_score::decimal(12, 6) as score_change from {{ ref('fct_ranking') }}
),

sums as (
    select
        period_kind,
        period_start,
        parent_code,
        division_code,
        sum(change::decimal(12, 6)) as change,
        sum(contribution::decimal(12, 6)) as contribution,
        sum(previous_contribution::decimal(12, 6)) as previous_contribution,
        count(*) filter (where change_kind is distinct from case
            when previous_contribution is null then 'entered' when contribution is null then 'left' else 'both'
        end) as misnamed,
    from {{ ref('fct_score_change') }}
    group by all
)

select *
from scores
full join sums using (period_kind, period_start, parent_code, division_code)
where
    change is distinct from score_change
    or (contribution is distinct from score::decimal(12, 6) and change is not null)
    or (previous_contribution is distinct from previous_score::decimal(12, 6) and change is not null)
    or misnamed > 0
