{{ config(meta={'dagster': {'ref': {'name': 'dim_grade'}}}) }}

-- Some grade fits every score, and one is the best that a vetoed division can get.
select count(*) as grades
from {{ ref('dim_grade') }}
having min(min_score) > 0 or count(*) filter (where is_veto_cap) <> 1 or count(distinct min_score) < count(*)
