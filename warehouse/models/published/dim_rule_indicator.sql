with dim_rule_indicator as (
    select
        rule_id,
        indicator_code,
        effect,
        adds_case,
        reason_zh,
        reason_en,
    from {{ ref('rule_indicators') }}
)

select * from dim_rule_indicator
