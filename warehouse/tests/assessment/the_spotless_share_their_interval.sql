{{ config(meta={
    'dagster': {'ref': {'name': 'fct_ranking'}},
    'text_zh': '都没有失误且名次相同，名次区间却不同',
    'text_en': 'Units of the same rank and without a miss have different intervals',
}) }}

-- All perfect is all equal, however many cases stand behind it. Whoever has missed a case keeps its own interval.
with spotless as (
    select period_kind, period_start, parent_code, division_code
    from {{ ref('scored_indicator') }}
    where is_assessed
    group by all
    having bool_and(coalesce(judged_numerator = judged_denominator, false))
)

select period_kind, period_start, parent_code, rank
from {{ ref('fct_ranking') }}
semi join spotless using (period_kind, period_start, parent_code, division_code)
where rank is not null
group by all
having count(distinct (rank_low, rank_high)) > 1
