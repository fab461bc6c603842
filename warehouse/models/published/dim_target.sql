with dim_target as (
    select
        indicator_code,
        scope_code,
        valid_from,
        valid_to,
        target_value,
        floor_value,
        tolerance_value,
        weight,
        is_veto,
        min_denominator,
        source_clause,
        approved_by,
    from {{ ref('targets') }}
)

select * from dim_target
