{{ config(meta={
    'dagster': {'ref': {'name': 'targets'}},
    'text_zh': '同一范围的目标有效期重叠',
    'text_en': 'Targets of one scope overlap in time',
}) }}

-- Within one scope, one target at a time.
with targets as (
    select *, row_number() over (order by indicator_code, scope_code, valid_from, valid_to) as row_number
    from {{ ref('targets') }}
)

select targets.indicator_code, targets.scope_code, targets.valid_from, later.valid_from as also_from
from targets
inner join targets as later using (indicator_code, scope_code)
where
    targets.row_number < later.row_number
    and later.valid_from <= coalesce(targets.valid_to, later.valid_from)
    and targets.valid_from <= coalesce(later.valid_to, targets.valid_from)
