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
# A case lies in a village where that is known; the township is that village's parent.
TOWNSHIP = """
    select division_code, case when level = 'village' then parent_code else division_code end as township_code,
    from dim_division
"""
# `with recursive below as (...)`: every division below $parent_code, with the child of it that it lies in.
BELOW = """
    select division_code, division_code as child_code from dim_division where parent_code = $parent_code
    union all
    select dim_division.division_code, below.child_code
    from dim_division
    inner join below on dim_division.parent_code = below.division_code
"""
# The cases that a result of $kind and $start is judged on: its own, or those of the months that end with it
# ($judged_on, a day of the last one).
JUDGED = """
    select
        result.division_code,
        result.indicator_code,
        if(judged_months > 1, coalesce(window_count.numerator, 0), result.numerator) as judged_numerator,
        if(judged_months > 1, coalesce(window_count.denominator, 0), result.denominator) as judged_denominator,
        cast(date_trunc('month', $judged_on) - to_months(judged_months - 1) as date) as judged_from,
    from fct_indicator_result as result
    inner join dim_indicator using (indicator_code)
    left join (
        select
            division_code,
            indicator_code,
            cast(sum(numerator) as bigint) as numerator,
            cast(sum(denominator) as bigint) as denominator,
        from fct_indicator_result
        inner join dim_indicator using (indicator_code)
        where period_kind = 'month' and judged_months > 1
            and period_start between date_trunc('month', $judged_on) - to_months(judged_months - 1) and $judged_on
        group by all
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
        select
            case when $kind = 'year_to_date' then date_trunc('year', $start) else $start end as first_month,
            max(period_start) as last_month,
        from fct_indicator_result
        where period_kind = 'month' and period_start
            <= $start + case when $kind = 'quarter' then interval 2 month else interval 0 month end
    ) on period_start between case when measure_kind = 'stock' then last_month else first_month end and last_month
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
