"""What the what-if works on: the counts that a score is made of, and the targets in force for them."""

from __future__ import annotations

import datetime as dt

from dashboards.edition import Edition, Row
from dashboards.queries.names import INDICATOR, JUDGED

_IN_FORCE = """
    select
        division_code,
        indicator_code,
        cast(target_value as decimal(9, 6)) as target_value,
        cast(floor_value as decimal(9, 6)) as floor_value,
        cast(weight as decimal(12, 6)) as weight,
        min_denominator,
    from dim_target_in_force as target
    inner join dim_period on dim_period.last_day between target.first_day and target.last_day
    inner join dim_division using (division_code)
    where period_kind = $kind and period_start = $start and parent_code = $parent_code
"""


def counts(edition: Edition, kind: str, start: dt.date, parent_code: str) -> list[Row]:
    """One row per ranked division and indicator: judged cases (null where nothing landed), whether a part is withheld,
    and the target in force on the period's last day. An indicator judged over several months counts those ending with
    it.
    """
    return edition.rows(
        f"""
        with
        in_force as ({_IN_FORCE}),
        judged as ({JUDGED}),
        result as (
            select
                judged.*,
                verdict is not distinct from 'not_delivered' as is_withheld,
            from judged
            inner join fct_indicator_result using (division_code, indicator_code)
            where period_kind = $kind and period_start = $start
        )
        select
            fct_ranking.division_code,
            dim_indicator.indicator_code,
            cast(judged_numerator as bigint) as judged_numerator,
            cast(judged_denominator as bigint) as judged_denominator,
            target_value,
            floor_value,
            weight,
            coalesce(min_denominator, 5) as min_denominator,
            coalesce(is_withheld, false) as is_withheld,
            is_vetoed,
        from fct_ranking
        cross join dim_indicator
        left join in_force using (division_code, indicator_code)
        left join result using (division_code, indicator_code)
        where period_kind = $kind and period_start = $start and fct_ranking.parent_code = $parent_code
        order by fct_ranking.division_code, position
        """,
        kind=kind,
        start=start,
        parent_code=parent_code,
    )


def rules(edition: Edition, language: str, kind: str, start: dt.date, parent_code: str) -> list[Row]:
    """One row per indicator: target, floor and weight in force for most of the divisions, null where none is set."""
    return edition.rows(
        f"""
        with
        in_force as ({_IN_FORCE}),
        indicator as ({INDICATOR})
        select
            indicator_code, indicator_name, definition, domain,
            cast(mode(target_value) as decimal(9, 6)) as target_value,
            cast(mode(floor_value) as decimal(9, 6)) as floor_value,
            cast(mode(weight) as decimal(12, 6)) as weight,
            count(distinct (target_value, floor_value, weight)) > 1 as differs,
        from indicator
        left join in_force using (indicator_code)
        group by all
        order by any_value(position)
        """,
        language=language,
        kind=kind,
        start=start,
        parent_code=parent_code,
    )


def grades(edition: Edition, language: str) -> list[Row]:
    return edition.rows(
        "select grade, case when $language = 'en' then name_en else name_zh end as grade_name,"
        " cast(min_score as double) as min_score, is_veto_cap from dim_grade order by min_score desc",
        language=language,
    )
