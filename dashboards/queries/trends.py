"""Indicators and scores over the months, with the limits and signals of their charts, and what is to be expected.

A month that is not closed has a value and no limits. `score` stands for a township's score, in points.
"""

from __future__ import annotations

import datetime as dt

from dashboards.edition import Edition, Row
from dashboards.queries.names import DIVISION, INDICATOR

SCORE = "score"
# Monthly results and scores beside the chart's limits: the points of every panel.
_POINT = """
    with
    result as (
        select
            division_code, indicator_code, period_start, numerator, denominator, pending, value, target_value,
            is_reached, verdict, is_serious, is_provisional, cast(null as bigint) as rank,
        from fct_indicator_result
        where period_kind = 'month' and denominator > 0 and division_code in (select unnest($division_codes))
            and ($indicator_code is null or indicator_code = $indicator_code)
        union all
        select
            division_code, 'score', period_start, null, null, null, score, null, null, null, null, is_provisional, rank,
        from fct_ranking
        where period_kind = 'month' and parent_code = $parent_code and is_assessed
            and division_code in (select unnest($division_codes))
            and ($indicator_code is null or $indicator_code = 'score')
    ),
    point as (
        select
            result.*, centre, lower, upper, near_lower, near_upper, chart, signal, signal_kind, cases_since_miss,
            window_months, rebased_on, false_alarm_rate,
        from result
        left join fct_trend_point using (division_code, indicator_code, period_start)
    )
"""


def trend(edition: Edition, indicator_code: str | None, division_codes: tuple[str, ...], parent_code: str) -> list[Row]:
    """The monthly points of some divisions, of one indicator or (None) of all and the score, in the order of months."""
    return edition.rows(
        f"""
        {_POINT}
        select * from point order by indicator_code, division_code, period_start
        """,
        indicator_code=indicator_code,
        division_codes=list(division_codes),
        parent_code=parent_code,
    )


def signals(
    edition: Edition, language: str, indicator_code: str | None, division_codes: tuple[str, ...], parent_code: str
) -> list[Row]:
    """The signals of those points, the newest first, concerns before improvements."""
    return edition.rows(
        f"""
        {_POINT},
        indicator as ({INDICATOR}),
        division as ({DIVISION})
        select
            point.*, indicator_name, division_name, value >= centre as is_above,
            period_start = max(period_start) filter (where chart is not null) over () as is_newest,
        from point
        left join indicator using (indicator_code)
        inner join division using (division_code)
        qualify signal is not null
        order by period_start desc, signal_kind, position nulls first, division_code
        """,
        language=language,
        indicator_code=indicator_code,
        division_codes=list(division_codes),
        parent_code=parent_code,
    )


def false_alarms(
    edition: Edition, indicator_code: str | None, division_codes: tuple[str, ...], parent_code: str
) -> Row:
    """How many charts and months with limits are shown, and how many signals chance alone would give in them."""
    return edition.only_row(
        f"""
        {_POINT},
        judged as (select * from point where chart is not null)
        select
            count(*) as chart_months,
            count(distinct (division_code, indicator_code)) as charts,
            count(*) filter (where signal is not null) as signals,
            coalesce(sum(cast(false_alarm_rate as decimal(9, 6))), 0) as expected,
        from judged
        """,
        indicator_code=indicator_code,
        division_codes=list(division_codes),
        parent_code=parent_code,
    )


def outlooks(
    edition: Edition, language: str, indicator_code: str | None, division_codes: tuple[str, ...], month: dt.date
) -> list[Row]:
    """What is to be expected of some divisions from the months up to `month` on, as last published."""
    return edition.rows(
        f"""
        with indicator as ({INDICATOR}), division as ({DIVISION})
        select fct_outlook.*, indicator_name, division_name,
        from fct_outlook
        inner join indicator using (indicator_code)
        inner join division using (division_code)
        where division_code in (select unnest($division_codes)) and period_start <= $month
            and ($indicator_code is null or indicator_code = $indicator_code)
        qualify period_start = max(period_start) over (partition by division_code, indicator_code)
        order by division_code, position
        """,
        language=language,
        indicator_code=indicator_code,
        division_codes=list(division_codes),
        month=month,
    )


def rebases(edition: Edition, indicator_code: str | None) -> list[Row]:
    """The months from which charts start anew, and why; of one indicator or (None) of all."""
    return edition.rows(
        """
        select indicator_code, rebased_on, reason,
        from dim_rebase
        where $indicator_code is null or indicator_code in ('*', $indicator_code)
        order by rebased_on desc, indicator_code, scope_code
        """,
        indicator_code=indicator_code,
    )
