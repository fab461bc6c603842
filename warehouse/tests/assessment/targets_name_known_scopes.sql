{{ config(meta={
    'dagster': {'ref': {'name': 'targets'}},
    'text_zh': '目标的适用范围不是已知区划',
    'text_en': 'The scope of a target is no known division',
}) }}

-- A scope is * for all, a known division, or a village of a known township (villages are known from the data only).
select indicator_code, scope_code, valid_from
from {{ ref('targets') }}
where
    coalesce(scope_code, '') <> '*'
    and coalesce(scope_code, '') not in (select division_code from {{ ref('divisions') }})
    and not (
        length(scope_code) = 12
        and left(scope_code, 9) || '000' in (select division_code from {{ ref('divisions') }} where level = 'township')
    )
