{{ config(severity='error', meta={
    'dagster': {'ref': {'name': 'township_crosswalk'}},
    'text_zh': '一个民政代码对应多个乡镇，无法确定',
    'text_en': 'A civil-affairs code stands for several townships, and none of them is certain',
}) }}

-- Where a civil-affairs code stands beside several townships of the statistics (a 镇 and a 街道 of one stem), it is the
-- one of the same name. With no such township, or with two, landing would have to guess.
select
    mca_code,
    count(distinct nbs_code) as partner_count,
    count(distinct case when mca_name = nbs_name then nbs_code end) as namesake_count
from {{ ref('township_crosswalk') }}
where mca_code <> '' and nbs_code <> ''
group by mca_code
having count(distinct nbs_code) > 1 and count(distinct case when mca_name = nbs_name then nbs_code end) <> 1
