"""What every page needs: the edition, the divisions, the periods, the indicators. No figure belongs here."""

from __future__ import annotations

from dashboards.edition import Edition, Row
from dashboards.queries.names import DIVISION, INDICATOR


def edition(edition: Edition) -> Row:
    return edition.row("""
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


def division(edition: Edition, language: str, division_code: str) -> Row | None:
    return edition.row(
        f"with division as ({DIVISION}) select * from division where division_code = $division_code",
        language=language,
        division_code=division_code,
    )


def periods(edition: Edition, parent_code: str) -> list[Row]:
    """The periods that hold cases already due, newest first; what is due later is published, but no period yet.

    Shown first is, of each kind, the newest that ends with or before the newest month that waits for nothing: what was
    not delivered in its term is not waited for, or one silent township would keep everybody in an old month.
    """
    return edition.rows(
        """
        with known as (
            select
                period_start,
                division_code,
                bool_or(verdict = 'not_delivered') as is_silent,
                bool_or(is_provisional and verdict is distinct from 'not_delivered') as is_short,
            from fct_indicator_result
            inner join dim_division using (division_code)
            where period_kind = 'month' and parent_code = $parent_code
            group by all
        ),

        waiting as (
            select period_start
            from fct_ranking
            left join known using (period_start, division_code)
            where period_kind = 'month' and parent_code = $parent_code and is_provisional
            group by period_start
            having bool_or(is_short or not coalesce(is_silent, false))
        ),

        periods as (
            select
                period_kind,
                period_start,
                bool_or(is_provisional) as is_provisional,
                period_start + interval (if(period_kind = 'quarter', 2, 0)) month as last_month,
            from fct_ranking
            where parent_code = $parent_code
                and period_start <= (
                    select max(period_start) from fct_indicator_result where period_kind = 'month' and denominator > 0
                )
            group by all
        ),

        newest_closed as (
            select coalesce(
                max(period_start) filter (where period_start not in (select period_start from waiting)),
                max(period_start)
            ) as month
            from periods
            where period_kind = 'month'
        )

        select
            period_kind,
            period_start,
            is_provisional,
            row_number() over (
                partition by period_kind order by last_month <= month desc, period_start desc
            ) = 1 as is_default,
        from periods
        cross join newest_closed
        order by period_kind, period_start desc
        """,
        parent_code=parent_code,
    )


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
