"""One township in one period: its indicators, what they gained and cost, and the cases behind them."""

from __future__ import annotations

import datetime as dt

from dashboards.edition import Edition, Row
from dashboards.queries.names import BELOW, DIVISION, INDICATOR, REASON, SUSPECT, WAIVED, WATERFALL

# The missed cases behind a township's figures of a period: a stock counts its latest month only, the others all months.
_COUNTED_CASE = f"""
    with
    below as ({BELOW}),
    counted_month as (
        select indicator_code, period_start,
        from fct_indicator_result
        inner join dim_indicator using (indicator_code)
        where period_kind = 'month' and division_code = $division_code and period_start between $first and $last
        qualify measure_kind <> 'stock' or period_start = max(period_start) over (partition by indicator_code)
    ),
    counted_case as (
        select fct_missed_case.*
        from fct_missed_case
        inner join below using (division_code)
        inner join counted_month using (indicator_code, period_start)
        where child_code = $division_code and ($indicator_code is null or indicator_code = $indicator_code)
            and ($village_code is null or division_code = $village_code)
    ),
    reason as ({REASON})
"""


def card(edition: Edition, language: str, kind: str, start: dt.date, parent_code: str, division_code: str) -> list[Row]:
    """One row per indicator of the catalogue: the division's result and what it gained and lost by it."""
    return edition.rows(
        f"""
        with
        indicator as ({INDICATOR}),
        result as (
            select * from fct_indicator_result
            where period_kind = $kind and period_start = $start and division_code = $division_code
        ),
        part as (
            select * from fct_score_contribution
            where period_kind = $kind and period_start = $start
                and parent_code = $parent_code and division_code = $division_code
        ),
        suspect as (select * from ({SUSPECT}) where division_code = $division_code),
        waived as (select * from ({WAIVED}) where division_code = $division_code)
        select
            indicator.*,
            result.* exclude (indicator_code, period_kind, period_start),
            coalesce(crosses_target, false) as crosses_target,
            waived_rows,
            denominator - numerator as missed,
            attainment,
            100 * attainment as attained_percent,
            contribution,
            lost,
            cast(contribution as decimal(12, 6)) + cast(lost as decimal(12, 6)) as attainable,
        from indicator
        left join result using (indicator_code)
        left join part using (indicator_code)
        left join suspect using (indicator_code)
        left join waived using (indicator_code)
        order by position
        """,
        language=language,
        kind=kind,
        start=start,
        parent_code=parent_code,
        division_code=division_code,
    )


def score_change(
    edition: Edition, language: str, kind: str, start: dt.date, parent_code: str, division_code: str
) -> list[Row]:
    """The change of a score since the period before as a sum of points lost less, the largest part first.

    What counts in one of the two only is one part, without an indicator's name (`change_kind` mix).
    `starts_at`, `ends_at`: the score before and after this part, in this order; `low`, `high`: their extremes.
    """
    return edition.rows(
        f"""
        with
        indicator as ({INDICATOR}),
        standing as (
            select * from fct_ranking
            where period_kind = $kind and period_start = $start
                and parent_code = $parent_code and division_code = $division_code
        ),
        part as (
            select
                indicator_code, indicator_name, position, change_kind,
                cast(change as decimal(12, 6)) as change,
                cast(previous_score as decimal(12, 6)) as begins_at,
            from fct_score_change
            inner join standing using (period_kind, period_start, parent_code, division_code)
            left join indicator using (indicator_code)
        ){WATERFALL}
        """,
        language=language,
        kind=kind,
        start=start,
        parent_code=parent_code,
        division_code=division_code,
    )


def next_steps(edition: Edition, language: str, kind: str, start: dt.date, division_code: str) -> list[Row]:
    """What it would take, indicator by indicator: where most points lie first."""
    return edition.rows(
        f"""
        with indicator as ({INDICATOR})
        select fct_next_step.*, indicator_name, position,
        from fct_next_step
        inner join indicator using (indicator_code)
        where period_kind = $kind and period_start = $start and division_code = $division_code
        order by points_to_target desc nulls last, position
        """,
        language=language,
        kind=kind,
        start=start,
        division_code=division_code,
    )


def next_goal(
    edition: Edition, language: str, kind: str, start: dt.date, parent_code: str, division_code: str
) -> Row | None:
    """How far it is to the next grade and to the next rank that can be told apart; None for who is not ranked."""
    return edition.row(
        """
        select fct_next_goal.*, case when $language = 'en' then name_en else name_zh end as grade_name,
        from fct_next_goal
        left join dim_grade on grade = next_grade
        where period_kind = $kind and period_start = $start
            and parent_code = $parent_code and division_code = $division_code
        """,
        language=language,
        kind=kind,
        start=start,
        parent_code=parent_code,
        division_code=division_code,
    )


def missed_by_reason(
    edition: Edition,
    language: str,
    parent_code: str,
    division_code: str,
    indicator_code: str | None,
    first: dt.date,
    last: dt.date,
    village_code: str | None = None,
) -> list[Row]:
    """Missed cases of a township (or one village of it) by reason, most first; `indicator_code` None means all."""
    return edition.rows(
        f"""
        {_COUNTED_CASE}
        select reason as reason_code, coalesce(reason_text, reason) as reason_text, count(*) as cases,
        from counted_case
        left join reason on reason.reason_code = counted_case.reason
        group by all
        order by cases desc, reason_code
        """,
        language=language,
        parent_code=parent_code,
        division_code=division_code,
        indicator_code=indicator_code,
        first=first,
        last=last,
        village_code=village_code,
    )


def missed_cases(
    edition: Edition,
    language: str,
    parent_code: str,
    division_code: str,
    indicator_code: str | None,
    first: dt.date,
    last: dt.date,
    village_code: str | None,
    limit: int,
) -> list[Row]:
    """The missed cases themselves, down to file and line, at most `limit`; `total_count` counts all of them.

    `village_code` narrows them to one village; None means the whole township.
    """
    return edition.rows(
        f"""
        {_COUNTED_CASE},
        indicator as ({INDICATOR}),
        division as ({DIVISION})
        select
            indicator_name,
            case_ref,
            coalesce(reason_text, reason) as reason_text,
            due_at,
            coalesce(division_name, counted_case.division_code) as division_name,
            source_file,
            source_row,
            count(*) over () as total_count,
        from counted_case
        inner join indicator using (indicator_code)
        left join division using (division_code)
        left join reason on reason.reason_code = counted_case.reason
        order by indicator.position, period_start, reason.position, case_ref, source_file, source_row
        limit $limit
        """,
        language=language,
        parent_code=parent_code,
        division_code=division_code,
        indicator_code=indicator_code,
        first=first,
        last=last,
        village_code=village_code,
        limit=limit,
    )
