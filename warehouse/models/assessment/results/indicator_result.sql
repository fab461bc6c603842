with periods as (
    select * from {{ ref('period') }} where period_kind not like 'trailing_%' and {{ is_rebuilt() }}
),

counts as (
    select * from {{ ref('period_count') }} where {{ is_rebuilt() }}
),

indicators as (
    select * from {{ ref('indicators') }}
),

targets as (
    select * from {{ ref('target_in_force') }}
),

intervals as (
    select numerator as judged_numerator, denominator as judged_denominator, ci_low, ci_high, zero_defect_bound
    from {{ ref('binomial_interval') }}
),

{#- Most indicators are judged on the period itself, some on the months that end with it; what is withheld on nothing. #}
window_counts as (
    select period_start as last_month, division_code, indicator_code, numerator, denominator
    from counts
    inner join indicators using (indicator_code)
    where judged_months > 1 and period_kind = 'trailing_' || judged_months
),

judged_counts as (
    select
        counts.*,
        periods.last_day as judged_on,
        case
            when is_undelivered then null
            when judged_months > 1 then coalesce(window_counts.numerator, 0)
            else counts.numerator
        end as judged_numerator,
        case
            when is_undelivered then null
            when judged_months > 1 then coalesce(window_counts.denominator, 0)
            else counts.denominator
        end as judged_denominator,
    from counts
    inner join periods using (period_kind, period_start)
    inner join indicators using (indicator_code)
    left join window_counts using (last_month, division_code, indicator_code)
),

{#- Decimals are exact: 49 of 50 reaches 98 %, and no float decides. #}
indicator_result as (
    select
        judged_counts.* exclude (judged_on),
        numerator / nullif(denominator, 0) as value,
        judged_numerator / nullif(judged_denominator, 0) as judged_value,
        target_value,
        floor_value,
        tolerance_value,
        weight,
        is_veto,
        case when judged_denominator > 0
            then judged_numerator::decimal(18, 0) >= target_value * judged_denominator::decimal(18, 0)
        end as is_reached,
        ci_low,
        ci_high,
        case when target_value = 1 and judged_numerator = judged_denominator then zero_defect_bound end as zero_defect_bound,
        case
            when is_undelivered then 'not_delivered'
            when target_value is null then null
            when judged_denominator < greatest(min_denominator, 1) then 'not_applicable'
            when target_value = 1 then if(is_reached, 'met', 'not_met')
            when ci_low >= target_value then 'met'
            when ci_high < target_value then 'not_met'
            else 'cannot_tell'
        end as verdict,
        ci_high < tolerance_value as is_serious,
    from judged_counts
    left join targets
        on judged_counts.division_code = targets.division_code
        and judged_counts.indicator_code = targets.indicator_code
        and judged_on between first_day and last_day
    left join intervals using (judged_numerator, judged_denominator)
)

select * from indicator_result
