with scored_indicators as (
    select * from {{ ref('scored_indicator') }} where is_assessed and {{ is_rebuilt() }}
),

ranked_divisions as (
    select * from {{ ref('division_rank') }} where rank is not null
),

pooled_count as (
    select
        period_kind,
        period_start,
        parent_code,
        indicator_code,
        sum(judged_numerator)::bigint as pooled_numerator,
        sum(judged_denominator)::bigint as pooled_denominator,
    from scored_indicators
    semi join ranked_divisions using (period_kind, period_start, division_code)
    group by all
)

select * from pooled_count
