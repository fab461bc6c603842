{{ config(meta={'dagster': {'ref': {'name': 'targets'}}}) }}

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
