{{ config(meta={'dagster': {'ref': {'name': 'dim_target'}}}) }}

-- Within one scope, one target at a time.
with targets as (
    select * exclude (valid_to), coalesce(valid_to, date '9999-12-31') as valid_to from {{ ref('dim_target') }}
)

select *
from targets
inner join targets as later using (indicator_code, scope_code)
where
    targets.valid_to < targets.valid_from
    or (targets.valid_from < later.valid_from and targets.valid_to >= later.valid_from)
