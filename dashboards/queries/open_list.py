"""Messages and services not yet done, with the time left until they are due."""

from __future__ import annotations

from dashboards.edition import Edition, Row
from dashboards.queries.names import BELOW, DIVISION, INDICATOR

# How soon: missed already, due before the day is over, within a week, later.
_OPEN = f"""
    with
    below as ({BELOW}),
    division as ({DIVISION}),
    indicator as ({INDICATOR}),
    open_case as (
        select
            source, case_ref, child_code, division.division_name, indicator_code, indicator_name, position, due_at,
            hours_left, source_file, source_row,
            case
                when state = 'overdue' then 'overdue'
                when hours_left < 24 then 'today'
                when hours_left < 168 then 'week'
                else 'later'
            end as urgency,
        from fct_open_case
        inner join below using (division_code)
        inner join division on division.division_code = below.child_code
        inner join indicator using (indicator_code)
        where $division_code is null or child_code = $division_code
    )
"""


def by_township(edition: Edition, language: str, parent_code: str) -> list[Row]:
    """How many cases are overdue, due today, within a week and later, by township, the most overdue first."""
    return edition.rows(
        f"""
        {_OPEN}
        select
            child_code as division_code,
            division_name,
            count(*) filter (where urgency = 'overdue') as overdue,
            count(*) filter (where urgency = 'today') as today,
            count(*) filter (where urgency = 'week') as week,
            count(*) filter (where urgency = 'later') as later,
            min(due_at) filter (where urgency = 'overdue') as oldest_due_at,
            max(count(*)) over () - count(*) as fewer_than_most,
        from open_case
        group by all
        order by overdue desc, today desc, week desc, division_code
        """,
        language=language,
        parent_code=parent_code,
        division_code=None,
    )


def by_indicator(edition: Edition, language: str, parent_code: str, division_code: str | None) -> list[Row]:
    """The same counts by indicator, of one township or (None) of all."""
    return edition.rows(
        f"""
        {_OPEN}
        select
            indicator_code,
            indicator_name,
            count(*) filter (where urgency = 'overdue') as overdue,
            count(*) filter (where urgency = 'today') as today,
            count(*) filter (where urgency = 'week') as week,
            count(*) filter (where urgency = 'later') as later,
        from open_case
        group by indicator_code, indicator_name, position
        order by position
        """,
        language=language,
        parent_code=parent_code,
        division_code=division_code,
    )


def totals(edition: Edition, parent_code: str, division_code: str | None) -> Row:
    return edition.only_row(
        f"""
        {_OPEN}
        select
            count(*) as cases,
            count(*) filter (where urgency = 'overdue') as overdue,
            count(*) filter (where urgency = 'today') as today,
            count(*) filter (where urgency = 'week') as week,
            count(*) filter (where urgency = 'later') as later,
            (select max(due_at - interval 1 second * round(3600 * hours_left)) from fct_open_case) as counted_at,
        from open_case
        """,
        language="zh",
        parent_code=parent_code,
        division_code=division_code,
    )


def cases(
    edition: Edition, language: str, parent_code: str, division_code: str | None, urgency: str | None, limit: int
) -> list[Row]:
    """The open cases themselves, at most `limit`: the soonest due first, and before them what is overdue, newest first.

    A case that has been overdue for a year is listed after one that went overdue yesterday: it can wait no less, but
    yesterday's can still be explained.
    """
    return edition.rows(
        f"""
        {_OPEN}
        select
            urgency, division_name, indicator_name, case_ref, due_at, source_file, source_row,
            cast(floor(abs(hours_left) / 24) as bigint) as days,
            count(*) over () as total_count,
        from open_case
        where $urgency is null or urgency = $urgency
        order by urgency <> 'overdue', abs(hours_left), position, child_code, case_ref
        limit $limit
        """,
        language=language,
        parent_code=parent_code,
        division_code=division_code,
        urgency=urgency,
        limit=limit,
    )
