with dim_target as (
    select
        indicator_code,
        scope_code,
        valid_from,
        valid_to,
        target_value::double as target_value,
        floor_value::double as floor_value,
        tolerance_value::double as tolerance_value,
        weight::double as weight,
        is_veto,
        min_denominator,
        source_clause,
        approved_by,
    from {{ ref('targets') }}
)

select * from dim_target
