{#- In what is shown and not scored nobody is slow. Read twice, a few months of all: not materialized, each reading takes
    only what it needs. #}
with closed_months as not materialized (
    select
        division_code,
        indicator_code,
        period_start,
        judged_numerator as numerator,
        judged_denominator as denominator,
        target_value::double as target_value,
        is_reached,
        ci_high,
        tolerance_value::double as tolerance_value,
        is_serious,
        coalesce(not is_reached and verdict <> 'not_applicable', false) as is_missed,
    from {{ ref('indicator_result') }}
    where period_kind = 'month' and level = 'township' and not is_provisional and weight > 0
),

rules as (
    select * from {{ ref('slow_progress_rules') }}
),

candidates as (
    select division_code, indicator_code, period_start, rule_id, misses, months, requires_no_improvement
    from closed_months
    inner join rules on {{ is_in_force('last_day(period_start)', 'rules') }}
    where (not requires_serious or (is_missed and is_serious)) and {{ is_rebuilt() }}
),

{#- The look back is as short as a chart's, so that a new month does not read all those before it. #}
months_looked_at as (
    select
        candidates.*,
        closed_months.* exclude (division_code, indicator_code, period_start),
        closed_months.period_start as looked_at,
    from candidates
    inner join closed_months using (division_code, indicator_code)
    where
        closed_months.period_start <= candidates.period_start
        and closed_months.period_start > {{ plus_months('candidates.period_start', -var('trend_most_months')) }}
    qualify months >= row_number() over (
        partition by division_code, indicator_code, candidates.period_start, rule_id
        order by looked_at desc
    )
),

listed as (
    select
        division_code,
        indicator_code,
        period_start,
        rule_id,
        requires_no_improvement,
        min(looked_at) as first_month,
        count(*) filter (where is_missed) as months_missed,
        count(*) as months_counted,
        max_by(ci_high, looked_at) as ci_high,
        {{ months_as_evidence('looked_at') }} as evidence,
    from months_looked_at
    group by division_code, indicator_code, period_start, rule_id, requires_no_improvement, months, misses
    having months_counted = months and months_missed >= misses
),

improvements as (
    select division_code, indicator_code, period_start as improved_on
    from {{ ref('trend_point') }}
    where signal_kind = 'improvement'
),

slow_by_rule as (
    select listed.* exclude (requires_no_improvement, first_month)
    from listed
    anti join improvements
        on listed.division_code = improvements.division_code
        and listed.indicator_code = improvements.indicator_code
        and improved_on between first_month and period_start
        and requires_no_improvement
)

select * from slow_by_rule
