"""What the bulletin says beyond the pages: each indicator over all units, grades, what is uncertain, silent, owed next.

A result stands here with the cases it is judged on: `numerator`, `denominator` and `value` are those of its window,
which begins with `judged_from`.
"""

from __future__ import annotations

import datetime as dt

from dashboards.edition import Edition, Row
from dashboards.queries.names import BELOW, DIVISION, INDICATOR, JUDGED

_PERIOD = "period_kind = $kind and period_start = $start"
_RESULT = f"""
    select
        result.* replace (
            judged_numerator as numerator,
            judged_denominator as denominator,
            judged_numerator / nullif(judged_denominator, 0) as value
        ),
        judged_from,
    from fct_indicator_result as result
    inner join ({JUDGED}) using (division_code, indicator_code)
    where {_PERIOD}
"""


def source(edition: Edition) -> Row:
    """The edition itself, how far its data reach, and whether any of them are synthetic."""
    return edition.only_row("""
        select
            edition_id,
            cast(created_at as timestamp) as created_at,
            software_version,
            (select max(as_of) from fct_batch where withdrawn_at is null) as newest_as_of,
            (select coalesce(bool_or(is_synthetic), false) from fct_batch where withdrawn_at is null) as is_synthetic,
        from edition
    """)


def indicators(edition: Edition, language: str, kind: str, start: dt.date, parent_code: str) -> list[Row]:
    """One row per indicator of the catalogue: the parent's own result, and its children counted once each.

    `reached` is `met` and `leaning_reached` (cannot be told apart from the target), `short` is `leaning_short`,
    `not_serious` and `serious`; who delivered nothing is in `withheld`, who has too few cases in none of them. `held`
    are all of these; `provisional` counts the children whose data are still to come. `mean_lost`: points that the
    ranked lost on it on average.
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
                count(*) filter (where verdict = 'met') as met,
                count(*) filter (where verdict = 'cannot_tell' and is_reached) as leaning_reached,
                count(*) filter (where verdict = 'cannot_tell' and not is_reached) as leaning_short,
                count(*) filter (where verdict = 'not_met' and not is_serious) as not_serious,
                count(*) filter (where verdict = 'not_met' and is_serious) as serious,
                count(*) filter (where verdict = 'not_delivered') as withheld,
                count(*) filter (where is_provisional) as provisional,
            from child
            group by indicator_code
        ),
        cost as (
            select indicator_code, avg(cast(lost as decimal(12, 6))) as mean_lost,
            from fct_score_contribution
            semi join (
                select division_code from fct_ranking where {_PERIOD} and parent_code = $parent_code and is_assessed
            ) using (division_code)
            where {_PERIOD} and parent_code = $parent_code
            group by indicator_code
        ),
        own as (select * from ({_RESULT}) where division_code = $parent_code)
        select
            indicator.*,
            own.* exclude (indicator_code, period_kind, period_start),
            coalesce(met, 0) as met,
            coalesce(leaning_reached, 0) as leaning_reached,
            coalesce(leaning_short, 0) as leaning_short,
            coalesce(not_serious, 0) as not_serious,
            coalesce(serious, 0) as serious,
            coalesce(withheld, 0) as withheld,
            coalesce(met + leaning_reached, 0) as reached,
            coalesce(leaning_short + not_serious + serious, 0) as short,
            coalesce(met + leaning_reached + leaning_short + not_serious + serious + withheld, 0) as held,
            coalesce(provisional, 0) as provisional,
            mean_lost,
        from indicator
        left join counted using (indicator_code)
        left join cost using (indicator_code)
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
    return edition.only_row(
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
    return edition.only_row(
        f"""
        with below as ({BELOW})
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
    """Every result of the children with what it cost, in the order of rank and of the catalogue."""
    return edition.rows(
        f"""
        with
        division as (select division_code, division_name from ({DIVISION})),
        indicator as ({INDICATOR}),
        result as ({_RESULT})
        select result.*, division_name, indicator_name, judged_months, lost,
        from fct_ranking
        inner join result using (period_kind, period_start, division_code)
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


def silences(edition: Edition, kind: str, start: dt.date, parent_code: str) -> list[Row]:
    """One row per child and extract of which data are still to come; `is_withheld`: its term is over, others have sent
    theirs, and `indicators` of the child's count as nothing reached."""
    return edition.rows(
        f"""
        with
        missing as (
            select division_code, unnest(string_split(missing_sources, ' ')) as source,
            from fct_ranking
            where {_PERIOD} and parent_code = $parent_code and missing_sources is not null
        ),
        withheld as (
            select division_code, indicator_code, unnest(string_split(sources, ' ')) as source,
            from fct_indicator_result
            inner join dim_indicator using (indicator_code)
            where {_PERIOD} and verdict = 'not_delivered'
        )
        select
            division_code,
            source,
            count(indicator_code) > 0 as is_withheld,
            count(indicator_code) as indicators,
        from missing
        left join withheld using (division_code, source)
        group by division_code, source
        order by division_code, source
        """,
        kind=kind,
        start=start,
        parent_code=parent_code,
    )


def changes(edition: Edition, language: str, kind: str, start: dt.date, parent_code: str) -> list[Row]:
    """What each child's score changed by and since what: one row per indicator that counts in both periods, by points
    lost, and one (`mix`) for all that entered (`entered`) or left (`departed`); who rose most first, each largest part
    first."""
    return edition.rows(
        f"""
        with
        division as (select division_code, division_name from ({DIVISION})),
        indicator as ({INDICATOR}),
        mixed as (
            select
                division_code,
                list(indicator_name order by position) filter (where part = 'entered') as entered,
                list(indicator_name order by position) filter (where part = 'departed') as departed,
            from (
                unpivot (
                    select division_code, entered, departed,
                    from fct_score_change
                    where {_PERIOD} and parent_code = $parent_code and change_kind = 'mix'
                ) on entered, departed into name part value codes
            ), unnest(string_split(codes, ' ')) as _ (indicator_code)
            inner join indicator using (indicator_code)
            group by division_code
        )
        select
            division_code,
            division_name,
            rank,
            indicator_code,
            indicator_name,
            change_kind,
            if(change_kind = 'mix', mixed.entered, null) as entered,
            if(change_kind = 'mix', mixed.departed, null) as departed,
            previous_lost,
            lost,
            cast(change as decimal(12, 6)) as change,
            cast(score as decimal(12, 6)) - cast(previous_score as decimal(12, 6)) as score_change,
        from fct_score_change
        inner join fct_ranking using (period_kind, period_start, parent_code, division_code)
        inner join division using (division_code)
        left join indicator using (indicator_code)
        left join mixed using (division_code)
        where {_PERIOD} and parent_code = $parent_code and change <> 0
        order by score_change desc, rank, division_code, abs(change) desc, position
        """,
        language=language,
        kind=kind,
        start=start,
        parent_code=parent_code,
    )


def steps(edition: Edition, language: str, kind: str, start: dt.date, parent_code: str) -> list[Row]:
    """What it would take: per child, and for the parent itself, every indicator with missed or pending cases; what
    brings most points first."""
    return edition.rows(
        f"""
        with division as ({DIVISION}), indicator as ({INDICATOR})
        select
            step.division_code, division_name, step.indicator_code, indicator_name, step.denominator, missed,
            points_per_case, points_to_target, cases_to_target, step.pending, can_still_meet, latest_due_at,
            lost_for_good, open_to_target, result.target_value, rank,
        from fct_next_step as step
        inner join division using (division_code)
        inner join indicator using (indicator_code)
        inner join fct_indicator_result as result
            using (period_kind, period_start, division_code, indicator_code)
        left join fct_ranking using (period_kind, period_start, division_code)
        where {_PERIOD} and $parent_code in (step.division_code, division.parent_code)
        order by rank nulls last, step.division_code, points_to_target desc nulls last, position
        """,
        language=language,
        kind=kind,
        start=start,
        parent_code=parent_code,
    )


def goals(edition: Edition, language: str, kind: str, start: dt.date, parent_code: str) -> list[Row]:
    """Per ranked child the points to the next grade and to the next rank that can be told apart from its own."""
    return edition.rows(
        f"""
        select
            division_code,
            case when $language = 'en' then lower(name_en) else name_zh end as next_grade_name,
            points_to_grade,
            next_rank,
            points_to_rank,
        from fct_next_goal
        left join dim_grade on next_grade = grade
        where {_PERIOD} and parent_code = $parent_code
        """,
        language=language,
        kind=kind,
        start=start,
        parent_code=parent_code,
    )


def grade_limits(edition: Edition) -> list[float]:
    """The least scores of all grades."""
    return [row["min_score"] for row in edition.rows("select distinct min_score from dim_grade order by min_score")]
