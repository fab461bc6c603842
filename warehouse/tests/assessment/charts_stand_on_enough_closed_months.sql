{{ config(meta={
    'dagster': {'ref': {'name': 'fct_trend_point'}},
    'text_zh': '控制图的点与已结月份数不符',
    'text_en': 'A chart has a point without enough closed months, or lacks one that it should have',
}) }}

-- A closed month with a case has a point if, and only if, enough such months lie in its window; and the point says how many.
with closed_months as (
    select division_code, indicator_code, period_start
    from {{ ref('fct_indicator_result') }}
    where
        period_kind = 'month' and not is_provisional and denominator > 0
        and level in ({{ literals(var('charted_levels')) }})
    union all
    select division_code, 'score', period_start
    from {{ ref('fct_ranking') }}
    where period_kind = 'month' and is_assessed and not is_provisional
),

newest_rebases as (
    select division_code, indicator_code, period_start, max(rebases.rebased_on) as rebased_on
    from closed_months
    left join {{ ref('rebase_in_force') }} as rebases using (division_code, indicator_code)
    where coalesce(rebases.rebased_on, period_start) <= period_start
    group by all
),

windows as (
    select
        closed_months.*,
        rebased_on,
        count(*) over window_of_months as window_months,
    from closed_months
    left join newest_rebases using (division_code, indicator_code, period_start)
    window window_of_months as (
        partition by division_code, indicator_code, rebased_on
        order by period_start
        range between interval {{ var('trend_most_months') - 1 }} month preceding and current row
    )
),

expected as (
    select * from windows where window_months >= {{ var('trend_least_months') }}
)

select *
from expected
full join {{ ref('fct_trend_point') }} as points using (division_code, indicator_code, period_start)
where expected.window_months is distinct from points.window_months or expected.rebased_on is distinct from points.rebased_on
