{{ config(meta={
    'seed': 'divisions',
    'text_zh': '有区划找不到上级',
    'text_en': 'A division has no parent one level up',
}) }}

-- A parent is a division one level up; a village hangs on a township, and every division but a province has a parent.
with divisions as (
    select * from {{ ref('dim_division') }}
)

select divisions.*
from divisions
left join divisions as parents on divisions.parent_code = parents.division_code
where
    (divisions.level <> 'province' and parents.division_code is null)
    or (divisions.level = 'village' and parents.level <> 'township')
    or (divisions.level = 'township' and parents.level <> 'county')
    or (divisions.level = 'county' and parents.level <> 'prefecture')
    or (divisions.level = 'prefecture' and parents.level <> 'province')
