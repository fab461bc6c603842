"""Parts of a SELECT that several subjects share: what divisions, indicators and reasons are called in the reader's
language ($language), and the steps of a waterfall."""

from __future__ import annotations

# The published names are the Chinese ones.
DIVISION = """
    select
        division_code,
        case when $language = 'en' then coalesce(nullif(division_name_en, ''), division_name) else division_name end
            as division_name,
        level,
        parent_code,
    from dim_division
"""
INDICATOR = """
    select
        indicator_code,
        position,
        case when $language = 'en' then name_en else name_zh end as indicator_name,
        case when $language = 'en' then definition_en else definition_zh end as definition,
        domain,
        measure_kind,
        judged_months,
        source_clause,
        sources,
    from dim_indicator
"""
# `rule:<rule id>` is one reason of the catalogue; its text is the rule's own.
REASON = """
    select reason_code, position, case when $language = 'en' then text_en else text_zh end as reason_text,
    from dim_reason
    union all
    select 'rule:' || rule_id, 1000 + position, case when $language = 'en' then text_en else text_zh end,
    from dim_rule
    where origin = 'expectation'
"""
# Every division below $parent_code, with the child of it that it lies in.
BELOW = """
    select dim_division_ancestor.division_code, ancestor_code as child_code,
    from dim_division_ancestor
    inner join dim_division on dim_division.division_code = ancestor_code
    where parent_code = $parent_code
"""
# The cases that a result of $kind and $start is judged on: its own, or those of the months that end with it.
JUDGED = """
    select
        result.division_code,
        result.indicator_code,
        if(judged_months > 1, coalesce(window_count.numerator, 0), result.numerator) as judged_numerator,
        if(judged_months > 1, coalesce(window_count.denominator, 0), result.denominator) as judged_denominator,
        cast(last_month - to_months(judged_months - 1) as date) as judged_from,
    from fct_indicator_result as result
    inner join dim_period using (period_kind, period_start)
    inner join dim_indicator using (indicator_code)
    left join (
        select
            division_code,
            indicator_code,
            cast(sum(numerator) as bigint) as numerator,
            cast(sum(denominator) as bigint) as denominator,
        from fct_indicator_result as month
        inner join dim_indicator using (indicator_code)
        inner join dim_period as judged on judged.period_kind = $kind and judged.period_start = $start
        where month.period_kind = 'month' and judged_months > 1
            and month.period_start between last_month - to_months(judged_months - 1) and last_month
        group by division_code, indicator_code
    ) as window_count using (division_code, indicator_code)
    where period_kind = $kind and period_start = $start
"""
# What is known of a result's rows: whether those that fail could turn it over (of months, by any one rule), and how
# many are waived in its months; a stock counts its latest month only. For results of $kind that begin on $start.
SUSPECT = """
    select division_code, indicator_code, bool_or(crosses_target) as crosses_target,
    from fct_quality_impact
    where $kind = 'month' and period_start = $start
    group by all
"""
WAIVED = """
    select division_code, indicator_code, cast(sum(waived_rows) as bigint) as waived_rows,
    from fct_quality_waived
    inner join dim_indicator using (indicator_code)
    inner join (
        select first_month, (
            select max(period_start) from fct_indicator_result
            where period_kind = 'month' and period_start <= last_month
        ) as newest_month,
        from dim_period
        where period_kind = $kind and period_start = $start
    ) on period_start between case when measure_kind = 'stock' then newest_month else first_month end and newest_month
    group by all
"""
# The steps of a waterfall, the largest first, from `part`, the last common table of the query: indicator_code, ...,
# position, change, begins_at (the score before all of them).
WATERFALL = """,
    step as (
        select
            * exclude (begins_at),
            begins_at + sum(change) over (
                order by abs(change) desc, position rows between unbounded preceding and current row
            ) as ends_at,
        from part
        where change <> 0
    )
    select
        *,
        ends_at - change as starts_at,
        least(min(ends_at) over (), min(ends_at - change) over ()) as low,
        greatest(max(ends_at) over (), max(ends_at - change) over ()) as high,
    from step
    order by abs(change) desc, position
"""
