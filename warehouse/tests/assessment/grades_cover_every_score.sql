{{ config(meta={
    'dagster': {'ref': {'name': 'dim_grade'}},
    'text_zh': '等次没有覆盖全部得分，或一票否决的封顶等次不唯一',
    'text_en': 'Some score has no grade, or the cap of a veto is not a single grade',
}) }}

-- Some grade fits every score, and one is the best that a vetoed division can get.
select count(*) as grades
from {{ ref('dim_grade') }}
having min(min_score) > 0 or count(*) filter (where is_veto_cap) <> 1 or count(distinct min_score) < count(*)
