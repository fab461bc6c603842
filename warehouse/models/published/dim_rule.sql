with dim_rule as (
    select
        rule_id,
        source,
        position,
        origin,
        dimension,
        severity,
        affects_accuracy,
        blocks_publication,
        text_zh,
        text_en,
        fix_zh,
        fix_en,
        reason_zh,
        reason_en,
    from {{ source('quality', 'rule') }}
)

select * from dim_rule
