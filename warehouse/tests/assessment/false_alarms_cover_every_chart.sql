{{ config(meta={
    'seed': 'false_alarms',
    'dagster': {'ref': {'name': 'dim_false_alarm'}},
    'text_zh': '有控制图未注明误报率',
    'text_en': 'A chart has no stated rate of false alarms',
}) }}

-- Every chart that a measure can have states its false alarms, up to the longest window.
with charts as (
    select chart, measure_kind
    from (select unnest(['p_prime', 'exact']) as chart) as shares
    cross join (select distinct measure_kind from {{ ref('dim_indicator') }}) as measures
    union all
    select 'xmr', 'score'
)

select *
from charts
left join (
    select chart, measure_kind, max(months) as months, min(rate) as least, max(rate) as most
    from {{ ref('dim_false_alarm') }}
    group by chart, measure_kind
) as stated using (chart, measure_kind)
where coalesce(months, 0) < {{ var('trend_most_months') }} or least < 0 or most > 1
