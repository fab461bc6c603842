{{ config(meta={
    'dagster': {'ref': {'name': 'fct_ranking'}},
    'text_zh': '名次相同而名次区间不同',
    'text_en': 'Units of the same rank have different intervals',
}) }}

select period_kind, period_start, parent_code, rank
from {{ ref('fct_ranking') }}
where rank is not null
group by all
having count(distinct (rank_low, rank_high)) > 1
