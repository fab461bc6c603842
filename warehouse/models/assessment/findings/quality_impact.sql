with indicators as (
    select indicator_code, judged_months from {{ ref('indicators') }}
),

{#- If every suspect row were good, missed cases would be met; if every one were bad, met cases missed. What is outside the
    population would come in either way. -#}
month_counts as (
    select
        rule_id,
        indicator_code,
        effect,
        township_code,
        period_month,
        count(*) as suspect_rows,
        count(*) filter (outcome <> 'met' and not is_decided_otherwise) as gained,
        count(*) filter (outcome = 'met' and effect = 'doubts') as lost,
        count(*) filter (outcome is null) as added,
    from {{ ref('suspect_case') }}
    where not is_waived
    group by all
),

{#- A month counts for its own value, and for whether a target is reached in every period that is judged on it. -#}
judged_counts as (
    select *, unnest(generate_series(0, judged_months - 1)) as months_later
    from month_counts
    inner join indicators using (indicator_code)
),

swings as (
    select
        rule_id,
        indicator_code,
        effect,
        township_code as division_code,
        {{ plus_months('period_month', 'months_later') }} as period_start,
        sum(suspect_rows) as suspect_rows,
        {%- for count in ('gained', 'lost', 'added') %}
        sum({{ count }}) as judged_{{ count }},
        sum(if(months_later = 0, {{ count }}, 0)) as {{ count }},
        {%- endfor %}
    from judged_counts
    group by all
),

results as (
    select * from {{ ref('indicator_result') }} where period_kind = 'month' and level = 'township'
),

{#- Decimals are exact, as where the result itself is judged. -#}
quality_impact as (
    select
        rule_id,
        indicator_code,
        division_code,
        period_start,
        effect,
        numerator,
        denominator,
        suspect_rows::bigint as suspect_rows,
        numerator / nullif(denominator, 0) as value,
        (numerator + gained + added)::bigint / nullif((denominator + added)::bigint, 0) as value_if_all_good,
        (numerator - lost)::bigint / nullif((denominator + added)::bigint, 0) as value_if_all_bad,
        target_value,
        coalesce(
            judged_denominator + judged_added > 0
            and (judged_numerator + judged_gained + judged_added)::decimal(18, 0)
            >= target_value * (judged_denominator + judged_added)::decimal(18, 0)
            and (judged_numerator - judged_lost)::decimal(18, 0)
            < target_value * (judged_denominator + judged_added)::decimal(18, 0),
            false
        ) as crosses_target,
    from swings
    inner join results using (indicator_code, division_code, period_start)
)

select * from quality_impact
