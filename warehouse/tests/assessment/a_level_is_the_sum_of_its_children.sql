{{ config(meta={
    'dagster': {'ref': {'name': 'fct_indicator_result'}},
    'text_zh': '上级的件数不等于各下级之和',
    'text_en': "A division's counts are not the sums of its children's",
}) }}

-- A division's counts are the sums of its children's. Cases without a known village lie at the township itself.
with results as (
    select * from {{ ref('fct_indicator_result') }}
),

children as (
    select
        period_kind,
        period_start,
        divisions.parent_code as division_code,
        indicator_code,
        coalesce(sum(numerator), 0) as numerator,
        coalesce(sum(denominator), 0) as denominator,
        sum(pending) as pending,
    from results
    inner join {{ ref('dim_division') }} as divisions using (division_code)
    where divisions.parent_code is not null
    group by all
)

select results.*
from results
full join children using (period_kind, period_start, division_code, indicator_code)
where
    results.division_code is null
    or (level not in ('village', 'township') and children.division_code is null)
    or (
        level not in ('village', 'township')
        and (results.numerator, results.denominator, results.pending) <> (children.numerator, children.denominator, children.pending)
    )
    or results.numerator < children.numerator
    or results.denominator < children.denominator
    or results.pending < children.pending
