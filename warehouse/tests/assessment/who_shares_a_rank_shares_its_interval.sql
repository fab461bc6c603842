{{ config(meta={'dagster': {'ref': {'name': 'fct_ranking'}}}) }}

select period_kind, period_start, parent_code, rank
from {{ ref('fct_ranking') }}
where rank is not null
group by all
having count(distinct (rank_low, rank_high)) > 1
