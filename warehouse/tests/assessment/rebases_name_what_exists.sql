{{ config(meta={
    'seed': 'rebases',
    'dagster': {'ref': {'name': 'dim_rebase'}},
    'text_zh': '重设基线所写的区划或指标不存在',
    'text_en': 'A rebase names a division or an indicator that does not exist',
}) }}

-- A rebase of a division or an indicator that nobody knows would change nothing, and nobody would notice.
select *
from {{ ref('dim_rebase') }}
where
    (scope_code <> '*' and scope_code not in (select division_code from {{ ref('published_division') }}))
    or (indicator_code not in ('*', 'score') and indicator_code not in (select indicator_code from {{ ref('dim_indicator') }}))
