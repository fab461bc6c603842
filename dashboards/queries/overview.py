"""The county as a whole in one period: its indicators against the period before, what needs a decision, its months."""

from __future__ import annotations

import datetime as dt

from dashboards.edition import Edition, Row
from dashboards.queries.names import BELOW, DIVISION, INDICATOR


def indicators(edition: Edition, language: str, kind: str, start: dt.date, parent_code: str) -> list[Row]:
    """One row per indicator that has a result: the county's own, how many townships reached it, the change of its rate.

    `difference` is in shares of 1 against the period before (year to date: the same span last year), null without one.
    """
    return edition.rows(
        f"""
        with
        indicator as ({INDICATOR}),
        own as (
            select * from fct_indicator_result
            where period_kind = $kind and period_start = $start and division_code = $parent_code
        ),
        before as (
            select indicator_code, numerator as previous_numerator, denominator as previous_denominator,
            from dim_period
            inner join fct_indicator_result as result
                on dim_period.period_kind = result.period_kind and previous_start = result.period_start
            where dim_period.period_kind = $kind and dim_period.period_start = $start and division_code = $parent_code
        ),
        township as (
            select
                indicator_code,
                count(*) filter (where is_reached and verdict <> 'not_applicable') as reached_count,
                count(*) filter (where verdict <> 'not_applicable') as judged_count,
                count(*) filter (where is_serious and verdict = 'not_met') as serious_count,
            from fct_indicator_result
            inner join dim_division using (division_code)
            where period_kind = $kind and period_start = $start and parent_code = $parent_code
            group by indicator_code
        )
        select
            indicator.*,
            own.* exclude (indicator_code, period_kind, period_start),
            reached_count, judged_count, serious_count,
            round(
                cast(numerator as double) / nullif(denominator, 0)
                - cast(previous_numerator as double) / nullif(previous_denominator, 0), 9
            ) as difference,
        from indicator
        inner join own using (indicator_code)
        left join before using (indicator_code)
        left join township using (indicator_code)
        order by position
        """,
        language=language,
        kind=kind,
        start=start,
        parent_code=parent_code,
    )


def slow_divisions(edition: Edition, language: str, month: dt.date, parent_code: str) -> list[Row]:
    """Who is listed as slow in a month: for how many indicators, and for how many months without a break."""
    return edition.rows(
        f"""
        with
        below as ({BELOW}),
        division as ({DIVISION}),
        listed as (
            select distinct division_code, period_start
            from fct_slow_progress
            semi join below using (division_code)
            where period_start <= $month and scope is distinct from 'county'
        ),
        run as (
            select
                division_code,
                count(*) filter (
                    where datediff('month', period_start, $month) + 1 = newest
                ) as months_in_a_row,
            from (
                select *, row_number() over (partition by division_code order by period_start desc) as newest
                from listed
            )
            group by division_code
        )
        select division_code, division_name, months_in_a_row, count(distinct indicator_code) as indicators,
        from fct_slow_progress
        inner join run using (division_code)
        inner join division using (division_code)
        where period_start = $month and scope is distinct from 'county'
        group by all
        order by indicators desc, months_in_a_row desc, division_code
        """,
        language=language,
        month=month,
        parent_code=parent_code,
    )


def vetoes(edition: Edition, language: str, kind: str, start: dt.date, parent_code: str) -> list[Row]:
    """Who is vetoed and by which indicators."""
    return edition.rows(
        f"""
        with indicator as ({INDICATOR}), division as ({DIVISION}),
        vetoed as (
            select division_code, unnest(string_split(vetoed_by, ' ')) as indicator_code, rank
            from fct_ranking
            where period_kind = $kind and period_start = $start and parent_code = $parent_code and is_vetoed
        )
        select division_code, division_name, indicator_code, indicator_name,
        from vetoed
        inner join indicator using (indicator_code)
        inner join division using (division_code)
        order by rank, division_code, position
        """,
        language=language,
        kind=kind,
        start=start,
        parent_code=parent_code,
    )


def provisional(edition: Edition, language: str, kind: str, start: dt.date, parent_code: str) -> list[Row]:
    """The indicators of which data of some of the ranked are still awaited, and of how many of them."""
    return edition.rows(
        f"""
        with indicator as ({INDICATOR})
        select indicator_code, indicator_name, count(*) as divisions,
        from fct_indicator_result
        inner join indicator using (indicator_code)
        where period_kind = $kind and period_start = $start and is_provisional
            and verdict is distinct from 'not_delivered'
            and division_code in (select division_code from fct_ranking where parent_code = $parent_code)
        group by all
        order by any_value(position)
        """,
        language=language,
        kind=kind,
        start=start,
        parent_code=parent_code,
    )


def months(edition: Edition, first: dt.date, last: dt.date, division_code: str, parent_code: str) -> list[Row]:
    """The months of a longer period with a division's score and rank in each; the division may be the parent itself."""
    return edition.rows(
        """
        select period_start, score, rank, is_assessed, is_provisional, grade,
            count(*) over () as months_count,
        from fct_ranking
        where period_kind = 'month' and division_code = $division_code and period_start between $first and $last
            and ($division_code = $parent_code or parent_code = $parent_code)
        order by period_start
        """,
        first=first,
        last=last,
        division_code=division_code,
        parent_code=parent_code,
    )


def own_parent(edition: Edition, division_code: str) -> str:
    """The division whose child this one is ranked as; empty where it is not ranked."""
    row = edition.only_row(
        "select any_value(parent_code) as parent_code from fct_ranking where division_code = $division_code",
        division_code=division_code,
    )
    return row["parent_code"] or ""
