with landed as (
    {{ landed_in_all(['gpl_resident', 'padis_resident']) }}
),

persons as (
    select * from {{ ref('fct_registry_person') }} where {{ is_rebuilt() }}
),

active_rows as (
    select period_month, township_code, person_key from {{ ref('stg_gpl_resident') }}
    where is_active and {{ is_rebuilt() }}
    union all
    select period_month, township_code, person_key from {{ ref('stg_padis_resident') }}
    where is_active and {{ is_rebuilt() }}
),

person_counts as (
    select
        period_month,
        township_code,
        count(*) filter (where registry_consistency = 'only_in_gpl') as only_gpl,
        count(*) filter (where registry_consistency = 'only_in_padis') as only_padis,
        count(*) filter (where registry_consistency = 'met') as both_equal,
        count(*) filter (where registry_consistency = 'differs:township') as different_township,
        count(*) filter (where registry_consistency = 'differs:sex') as different_sex,
        count(*) filter (where registry_consistency = 'differs:birth_date') as different_birth_date,
        count(*) filter (where registry_consistency = 'differs:origin_code') as different_origin,
        count(*) filter (where registry_consistency = 'differs:inflow_date') as different_inflow_date
    from persons
    group by period_month, township_code
),

row_counts as (
    select
        period_month,
        township_code,
        count(*) filter (where person_key is null) as keyless,
        count(*) as rows_total
    from active_rows
    group by period_month, township_code
),

registry_overlap as (
    select
        landed.period_month,
        landed.township_code,
        {%- for count in [
            'only_gpl', 'only_padis', 'both_equal', 'different_township', 'different_sex', 'different_birth_date',
            'different_origin', 'different_inflow_date', 'keyless', 'rows_total'
        ] %}
        cast(coalesce({{ count }}, 0) as bigint) as {{ count }},
        {%- endfor %}
        landed.is_provisional
    from landed
    left join person_counts
        on landed.period_month = person_counts.period_month and landed.township_code = person_counts.township_code
    left join row_counts
        on landed.period_month = row_counts.period_month and landed.township_code = row_counts.township_code
    where {{ is_rebuilt('landed.period_month') }}
)

select * from registry_overlap
