with dim_indicator as (
    select
        indicator_code,
        position,
        fact,
        sources,
        name_zh,
        name_en,
        domain,
        measure_kind,
        judged_months,
        is_open_until_month_end,
        definition_zh,
        definition_en,
        source_clause,
    from {{ ref('indicators') }}
)

select * from dim_indicator
