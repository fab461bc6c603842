with dim_unit_kind as (
    select
        unit_kind,
        is_ranked,
        reason,
    from {{ ref('unit_kinds') }}
)

select * from dim_unit_kind
