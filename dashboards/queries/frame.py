"""What every page needs: the edition, the divisions, the periods, the indicators. No figure belongs here."""

from __future__ import annotations

import datetime as dt

from dashboards.edition import Edition, Row
from dashboards.queries.names import DIVISION, INDICATOR

_DIVISION = f"with division as ({DIVISION}) select * from division where division_code = $division_code"


def edition(edition: Edition) -> Row:
    return edition.only_row("""
        select
            edition_id,
            cast(created_at as timestamp) as created_at,
            (select max(as_of) from fct_batch where withdrawn_at is null) as newest_as_of,
            (select coalesce(bool_or(is_synthetic), false) from fct_batch where withdrawn_at is null) as is_synthetic,
        from edition
    """)


def parents(edition: Edition, language: str) -> list[Row]:
    """The divisions whose children are ranked, the one with most children first."""
    return edition.rows(
        f"""
        with division as ({DIVISION})
        select division.division_code, division_name, count(distinct fct_ranking.division_code) as children,
        from fct_ranking
        inner join division on division.division_code = fct_ranking.parent_code
        group by division.division_code, division_name
        qualify children > 1 or max(children) over () = 1
        order by children desc, division.division_code
        """,
        language=language,
    )


def children(edition: Edition, language: str, parent_code: str) -> list[Row]:
    return edition.rows(
        f"""
        with division as ({DIVISION})
        select distinct division_code, division_name,
        from division
        semi join fct_ranking using (division_code)
        where division.parent_code = $parent_code
        order by division_code
        """,
        language=language,
        parent_code=parent_code,
    )


def division(edition: Edition, language: str, division_code: str) -> Row:
    """Raises ValueError for one that the edition does not have."""
    return edition.only_row(_DIVISION, language=language, division_code=division_code)


def division_name(edition: Edition, language: str, division_code: str) -> str:
    """What it is called; of one that the edition does not have its code."""
    row = edition.row(_DIVISION, language=language, division_code=division_code)
    return row["division_name"] if row else division_code


def periods(edition: Edition, parent_code: str) -> list[Row]:
    """The periods that hold cases already due and what they span, newest first; what is due later is published, but no
    period yet. Shown first is, of each kind, the newest that is closed."""
    return edition.rows(
        """
        select
            period_kind,
            period_start,
            any_value(first_month) as first_month,
            any_value(last_month) as last_month,
            any_value(last_day) as last_day,
            bool_or(is_provisional) as is_provisional,
            row_number() over (
                partition by period_kind
                order by coalesce(period_start <= any_value(newest_closed), false) desc, period_start desc
            ) = 1 as is_default,
        from fct_ranking
        inner join (
            select *, max(period_start) filter (where is_newest_closed) over (partition by period_kind) as newest_closed
            from dim_period
        ) using (period_kind, period_start)
        where parent_code = $parent_code and has_begun
        group by period_kind, period_start
        order by period_kind, period_start desc
        """,
        parent_code=parent_code,
    )


def period_of(periods: list[Row], month: dt.date) -> Row | None:
    """Of the periods of one kind, the one that begins with `month` or goes on in it; of years to date, the one that
    ends with it."""
    return next((one for one in periods if one["period_start"] <= month <= one["last_month"]), None)


def indicators(edition: Edition, language: str) -> list[Row]:
    """The catalogue in its order; `has_result` says whether anything was ever counted."""
    return edition.rows(
        f"""
        with indicator as ({INDICATOR})
        select
            *, indicator_code in (select indicator_code from fct_indicator_result where denominator > 0) as has_result,
        from indicator
        order by position
        """,
        language=language,
    )


def grades(edition: Edition, language: str) -> list[Row]:
    return edition.rows(
        "select grade, case when $language = 'en' then name_en else name_zh end as grade_name, min_score,"
        " from dim_grade order by min_score desc",
        language=language,
    )
