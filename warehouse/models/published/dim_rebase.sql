with dim_rebase as (
    select
        scope_code,
        indicator_code,
        rebased_on,
        reason,
        source,
    from {{ ref('rebases') }}
)

select * from dim_rebase
