with by_rule as (
    select slow.*, parent_code as county_code
    from {{ ref('slow_by_rule') }} as slow
    inner join {{ ref('dim_division') }} using (division_code)
    where {{ is_rebuilt() }}
),

ranked_townships as (
    select period_start, division_code, divisions.parent_code as county_code
    from {{ ref('division_score') }}
    inner join {{ ref('dim_division') }} as divisions using (division_code)
    where period_kind = 'month' and level = 'township' and is_assessed and {{ is_rebuilt() }}
),

ranked_counts as (
    select period_start, county_code, count(*) as townships_ranked
    from ranked_townships
    group by all
),

{#- What most of the ranked townships share has one cause, and that is no township's. #}
causes as (
    select
        period_start,
        county_code,
        indicator_code,
        rule_id,
        townships_listed,
        coalesce(townships_ranked, 0) as townships_ranked,
        coalesce(townships_listed > {{ var('common_cause_share') }} * townships_ranked, false) as is_common,
    from (
        select period_start, county_code, indicator_code, rule_id, count(ranked.division_code) as townships_listed
        from by_rule
        left join ranked_townships as ranked using (period_start, county_code, division_code)
        group by all
    ) as listed
    left join ranked_counts using (period_start, county_code)
),

county_months as (
    select
        division_code as county_code,
        indicator_code,
        period_start as looked_at,
        judged_numerator as numerator,
        judged_denominator as denominator,
        judged_numerator / nullif(judged_denominator, 0) as rate,
        target_value::double as target_value,
        is_reached,
        ci_high,
        tolerance_value::double as tolerance_value,
        is_serious,
    from {{ ref('indicator_result') }}
    where period_kind = 'month' and division_code in (select county_code from causes)
),

county_rates as (
    select causes.*, rate as county_rate
    from causes
    left join county_months
        on causes.county_code = county_months.county_code
        and causes.indicator_code = county_months.indicator_code
        and period_start = looked_at
),

townships as (
    select
        period_start, division_code, indicator_code, rule_id, 'township' as scope, months_missed, months_counted,
        is_common, townships_listed, townships_ranked, county_rate, evidence,
    from by_rule
    inner join county_rates using (period_start, county_code, indicator_code, rule_id)
    where not is_common or ci_high < county_rate
),

{#- The county's own months, as many as the rule looks at. -#}
counties as (
    select
        period_start, county_code, indicator_code, rule_id, 'county',
        count(*) filter (where not is_reached) as months_missed,
        count(*) as months_counted,
        is_common, townships_listed, townships_ranked, county_rate,
        {{ months_as_evidence('looked_at') }} as evidence,
    from (
        select *
        from county_rates
        inner join {{ ref('slow_progress_rules') }} as rules
            using (rule_id)
        inner join county_months using (county_code, indicator_code)
        where
            is_common
            and {{ is_in_force('last_day(period_start)', 'rules') }}
            and looked_at <= period_start
            and looked_at > {{ plus_months('period_start', -var('trend_most_months')) }}
        qualify months >= row_number() over (
            partition by period_start, county_code, indicator_code, rule_id
            order by looked_at desc
        )
    ) as looked_at_months
    group by all
),

slow_progress as (
    from townships
    union all
    from counties
)

select * from slow_progress
