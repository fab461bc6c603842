"""What suspect rows may do to results: the range of a value if all of them were good, or all bad."""

from __future__ import annotations

import datetime as dt

from dashboards.edition import Edition, Row
from dashboards.queries.ledger import RULE, Narrowed
from dashboards.queries.names import BELOW, DIVISION, INDICATOR


def impacts(
    edition: Edition, language: str, first: dt.date, last: dt.date, narrowed: Narrowed, limit: int
) -> list[Row]:
    """Results that failing rows make uncertain: those whose range crosses the target, then the widest ranges.

    `crossing_count`: how many results cross it by at least one rule.
    """
    return edition.rows(
        f"""
        with
        below as ({BELOW}),
        division as ({DIVISION}),
        rule as (select rule_id, any_value(rule_text) as rule_text, from ({RULE}) group by rule_id),
        indicator as ({INDICATOR}),
        impact as (
            select * from fct_quality_impact
            inner join below using (division_code)
            where period_start between $first and $last
                and ($division_code is null or child_code = $division_code)
                and ($rule_id is null or rule_id = $rule_id)
                and coalesce(value_if_all_good, value_if_all_bad) is not null
        )
        select
            impact.*, division_name, indicator_name, coalesce(rule_text, rule_id) as rule_text,
            least(value, value_if_all_good, value_if_all_bad) as low,
            greatest(value, value_if_all_good, value_if_all_bad) as high,
            count(*) over () as total_count,
            (
                select count(distinct (division_code, indicator_code, period_start)) from impact where crosses_target
            ) as crossing_count,
        from impact
        inner join indicator using (indicator_code)
        left join rule using (rule_id)
        inner join division using (division_code)
        order by crosses_target desc, high - low desc, suspect_rows desc, indicator.position, division_code, rule_id
        limit $limit
        """,
        language=language,
        first=first,
        last=last,
        parent_code=narrowed.parent_code,
        division_code=narrowed.division_code,
        rule_id=narrowed.rule_id,
        limit=limit,
    )
