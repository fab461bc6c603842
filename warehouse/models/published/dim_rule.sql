with dim_rule as (
    select
        rule_id,
        source,
        position,
        dimension,
        severity,
        affects_accuracy,
        text_zh,
        text_en,
        fix_zh,
        fix_en,
        reason,
    from {{ source('quality', 'rule') }}
)

select * from dim_rule
