"""What the bulletin says beyond the pages: each indicator over all units, grades, and counts of what is uncertain."""

from __future__ import annotations

import datetime as dt

from dashboards.edition import Edition, Row
from dashboards.queries.names import BELOW, DIVISION, INDICATOR

_PERIOD = "period_kind = $kind and period_start = $start"


def source(edition: Edition) -> Row:
    """The edition itself, how far its data reach, and whether any of them are synthetic."""
    return edition.row("""
        select
            edition_id,
            cast(created_at as timestamp) as created_at,
            software_version,
            (select max(as_of) from fct_batch where withdrawn_at is null) as newest_as_of,
            (select coalesce(bool_or(is_synthetic), false) from fct_batch where withdrawn_at is null) as is_synthetic,
        from edition
    """)


def indicators(edition: Edition, language: str, kind: str, start: dt.date, parent_code: str) -> list[Row]:
    """One row per indicator of the catalogue: the parent's own result, and its children counted by verdict.

    `reached` and `short` count by the target alone, `met`, `cannot_tell`, `not_met` (with `serious` among them) by
    verdict; `provisional` counts the children whose data are still to come.
    """
    return edition.rows(
        f"""
        with
        indicator as ({INDICATOR}),
        child as (
            select indicator_code, is_reached, verdict, is_serious, is_provisional,
            from fct_indicator_result
            semi join (select division_code from fct_ranking where {_PERIOD} and parent_code = $parent_code)
                using (division_code)
            where {_PERIOD}
        ),
        counted as (
            select
                indicator_code,
                count(*) filter (where is_reached) as reached,
                count(*) filter (where not is_reached) as short,
                count(*) filter (where verdict = 'met') as met,
                count(*) filter (where verdict = 'cannot_tell') as cannot_tell,
                count(*) filter (where verdict = 'not_met') as not_met,
                count(*) filter (where verdict = 'not_met' and is_serious) as serious,
                count(*) filter (where is_provisional) as provisional,
            from child
            group by indicator_code
        ),
        own as (
            select * from fct_indicator_result where {_PERIOD} and division_code = $parent_code
        )
        select
            indicator.*,
            own.* exclude (indicator_code, period_kind, period_start),
            coalesce(reached, 0) as reached,
            coalesce(short, 0) as short,
            coalesce(reached, 0) + coalesce(short, 0) as held,
            coalesce(met, 0) as met,
            coalesce(cannot_tell, 0) as cannot_tell,
            coalesce(not_met, 0) as not_met,
            coalesce(not_met, 0) - coalesce(serious, 0) as not_serious,
            coalesce(serious, 0) as serious,
            coalesce(provisional, 0) as provisional,
        from indicator
        left join counted using (indicator_code)
        left join own using (indicator_code)
        order by position
        """,
        language=language,
        kind=kind,
        start=start,
        parent_code=parent_code,
    )


def grades(edition: Edition, language: str, kind: str, start: dt.date, parent_code: str) -> list[Row]:
    """How many of the ranked got each grade, the best first; grades that nobody got are left out."""
    return edition.rows(
        f"""
        select case when $language = 'en' then lower(name_en) else name_zh end as grade_name, count(*) as divisions,
        from fct_ranking
        inner join dim_grade using (grade)
        where {_PERIOD} and parent_code = $parent_code and is_assessed
        group by all
        order by max(min_score) desc
        """,
        language=language,
        kind=kind,
        start=start,
        parent_code=parent_code,
    )


def standing_counts(edition: Edition, kind: str, start: dt.date, parent_code: str) -> Row:
    """How many of the ranked are in which tier, really moved, are perfect; and whether the two ends overlap."""
    return edition.row(
        f"""
        with ranked as (
            select *, max(rank) over () as last_rank,
            from fct_ranking
            where {_PERIOD} and parent_code = $parent_code and is_assessed
        )
        select
            count(*) filter (where tier = 'middle') as middle,
            count(*) filter (where score_trend = 'no_clear_change') as unchanged,
            count(*) filter (where score = 100) as perfect,
            max(rank_high) filter (where rank = 1) >= min(rank_low) filter (where rank = last_rank) as is_overlapping,
        from ranked
        """,
        kind=kind,
        start=start,
        parent_code=parent_code,
    )


def matters_to_look_at(edition: Edition, first: dt.date, last: dt.date, parent_code: str) -> int:
    """How many signals of the period somebody should look at. Only their number: a bulletin accuses nobody."""
    return edition.row(
        f"""
        with recursive below as ({BELOW})
        select count(*) as matters,
        from fct_integrity_signal
        semi join below using (division_code)
        where period_start between $first and $last
        """,
        first=first,
        last=last,
        parent_code=parent_code,
    )["matters"]


def results(edition: Edition, language: str, kind: str, start: dt.date, parent_code: str) -> list[Row]:
    """Every result of the children with what it gained and cost, in the order of rank and of the catalogue."""
    return edition.rows(
        f"""
        with
        division as (select division_code, division_name from ({DIVISION})),
        indicator as ({INDICATOR})
        select
            fct_indicator_result.*,
            division_name,
            indicator_name,
            contribution,
            lost,
        from fct_ranking
        inner join fct_indicator_result using (period_kind, period_start, division_code)
        inner join division using (division_code)
        inner join indicator using (indicator_code)
        left join fct_score_contribution
            using (period_kind, period_start, parent_code, division_code, indicator_code)
        where {_PERIOD} and fct_ranking.parent_code = $parent_code
        order by rank nulls last, division_code, position
        """,
        language=language,
        kind=kind,
        start=start,
        parent_code=parent_code,
    )
