with dim_target_in_force as (
    select
        division_code,
        indicator_code,
        first_day,
        last_day,
        scope_code,
        target_value::double as target_value,
        floor_value::double as floor_value,
        tolerance_value::double as tolerance_value,
        weight::double as weight,
        is_veto,
        min_denominator,
    from {{ ref('target_in_force') }}
)

select * from dim_target_in_force
