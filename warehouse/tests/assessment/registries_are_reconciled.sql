{{ config(meta={
    'dagster': {'ref': {'name': 'fct_reconciliation'}},
    'text_zh': '两库核对的分项之和与合计不符',
    'text_en': 'The parts of the reconciliation do not add up',
}) }}

-- Differences are broken down completely, and a division's counts are the sums of its children's.
{%- set counts = ['only_gpl', 'only_padis', 'both_equal', 'both_different', 'keyless', 'rows_total'] %}
with reconciled as (
    select * from {{ ref('fct_reconciliation') }}
),

children as (
    select
        period_start,
        parent_code as division_code,
        {%- for count in counts %}
        sum({{ count }}) as {{ count }},
        {%- endfor %}
    from reconciled
    inner join {{ ref('dim_division') }} using (division_code)
    group by all
)

select reconciled.*
from reconciled
left join children using (period_start, division_code)
where
    reconciled.both_different <> different_township + different_sex + different_birth_date + different_origin + different_inflow_date
    or (
        level <> 'township'
        and ({% for count in counts %}reconciled.{{ count }}{{ ', ' if not loop.last }}{% endfor %})
        is distinct from ({% for count in counts %}children.{{ count }}{{ ', ' if not loop.last }}{% endfor %})
    )
