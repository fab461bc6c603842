{{ config(meta={
    'dagster': {'ref': {'name': 'fct_score_change'}},
    'text_zh': '各指标的变化之和不等于得分的变化',
    'text_en': 'The changes of the indicators do not add up to the change of the score',
}) }}

-- A score is 100 less the points lost, so its change is the change of those: exactly, to its six decimals, wherever there
-- are two scores, and nowhere else. What counts on one side only is one line of its own.
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
        100 - sum(lost::decimal(12, 6)) as kept,
        100 - sum(previous_lost::decimal(12, 6)) as previously_kept,
        count(*) filter (where
            (change_kind = 'mix') <> (indicator_code = 'mix')
            or (change_kind = 'mix') <> (coalesce(entered, departed) is not null)
            or (change_kind = 'mix') <> (attainment is null)
            or (change_kind = 'mix') <> (previous_attainment is null)
        ) as misnamed,
    from {{ ref('fct_score_change') }}
    group by all
)

select *
from scores
full join sums using (period_kind, period_start, parent_code, division_code)
where
    change is distinct from score_change
    or (kept is distinct from score::decimal(12, 6) and change is not null)
    or (previously_kept is distinct from previous_score::decimal(12, 6) and change is not null)
    or misnamed > 0
