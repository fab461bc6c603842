{{ config(meta={
    'dagster': {'ref': {'name': 'fct_score_contribution'}},
    'text_zh': '各指标的得分与失分之和对不上总分',
    'text_en': 'What the indicators bring and cost does not add up to the score',
}) }}

-- What each indicator brings adds up to the score, what each costs to what the score lacks.
with sums as (
    select period_kind, period_start, division_code, sum(contribution) as contributed, sum(lost) as lost
    from {{ ref('fct_score_contribution') }}
    group by all
)

select *
from {{ ref('fct_ranking') }}
full join sums using (period_kind, period_start, division_code)
where
    (score is null) <> (contributed is null)
    or abs(score - contributed) > 1e-6
    or abs(100 - contributed - lost) > 1e-6
