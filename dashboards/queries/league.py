"""The ranking of a period: who stands where and what it is made of. One township alone is in `township.py`."""

from __future__ import annotations

import datetime as dt

from dashboards.edition import Edition, Row
from dashboards.queries.names import BELOW, DIVISION, INDICATOR, SUSPECT, WAIVED


def ranking(edition: Edition, language: str, kind: str, start: dt.date, parent_code: str) -> list[Row]:
    """The league table: one row per division, in the order of rank; the unranked last.

    `near_low`, `near_high`: the places of others within its interval; `tied_with`: how many others share its place;
    `third`: how many places the top third has; `above_expected`: its score less the one that is expected of its mix;
    `withheld`: how many results count as not delivered, of who lacks a scored extract.
    """
    return edition.rows(
        f"""
        with
        division as ({DIVISION}),
        standing as (
            select * from fct_ranking
            where period_kind = $kind and period_start = $start and parent_code = $parent_code
        ),
        neighbour as (
            select
                standing.division_code,
                min(other.rank) filter (where other.rank <> standing.rank) as near_low,
                max(other.rank) filter (where other.rank <> standing.rank) as near_high,
                count(*) filter (where other.rank = standing.rank) - 1 as tied_with,
            from standing
            inner join standing as other on other.rank between standing.rank_low and standing.rank_high
            group by standing.division_code
        ),
        silent as (
            select division_code, count(*) as withheld,
            from fct_indicator_result
            where period_kind = $kind and period_start = $start and verdict = 'not_delivered'
            group by division_code
        )
        select
            standing.*,
            if(missing_sources is null, 0, coalesce(withheld, 0)) as withheld,
            case when $language = 'en' then dim_indicator.name_en else dim_indicator.name_zh end as veto_indicator_name,
            division_name,
            level,
            case when $language = 'en' then dim_grade.name_en else dim_grade.name_zh end as grade_name,
            case when is_assessed and previous_rank is not null
                then cast(score as decimal(12, 6)) - cast(previous_score as decimal(12, 6))
            end as score_change,
            case when is_assessed
                then cast(score as decimal(12, 6)) - cast(expected_score as decimal(12, 6))
            end as above_expected,
            previous_rank - rank as rank_change,
            near_low,
            near_high,
            tied_with,
            count(*) filter (where is_assessed) over () as assessed_count,
            (count(*) filter (where is_assessed) over () + 2) // 3 as third,
        from standing
        inner join division using (division_code)
        left join neighbour using (division_code)
        left join silent using (division_code)
        left join dim_grade using (grade)
        left join dim_indicator on dim_indicator.indicator_code = veto_indicator_code
        order by rank nulls last, standing.division_code
        """,
        language=language,
        kind=kind,
        start=start,
        parent_code=parent_code,
    )


def improvement(edition: Edition, language: str, kind: str, start: dt.date, parent_code: str) -> list[Row]:
    """Who closed most of the gap to the targets since the same months last year, the best first."""
    return edition.rows(
        f"""
        with division as ({DIVISION})
        select
            division_code, division_name, rank, improvement, improvement_rank, is_at_ceiling,
        from fct_ranking
        inner join division using (division_code)
        where period_kind = $kind and period_start = $start and fct_ranking.parent_code = $parent_code
            and (improvement is not null or is_at_ceiling)
        order by improvement_rank nulls last, rank nulls last, division_code
        """,
        language=language,
        kind=kind,
        start=start,
        parent_code=parent_code,
    )


def slow_progress(edition: Edition, language: str, month: dt.date, parent_code: str) -> list[Row]:
    """Who is listed as slow in a month, for which indicator, with the evidence; who has most first."""
    return edition.rows(
        f"""
        with below as ({BELOW}), division as ({DIVISION}), indicator as ({INDICATOR})
        select
            division_code, division_name, indicator_code, indicator_name, rule_id, months_missed, months_counted,
            evidence,
        from fct_slow_progress
        inner join division using (division_code)
        inner join indicator using (indicator_code)
        semi join below using (division_code)
        where period_start = $month and scope is distinct from 'county'
        order by count(*) over (partition by division_code) desc, division_code, position, rule_id
        """,
        language=language,
        month=month,
        parent_code=parent_code,
    )


def common_causes(edition: Edition, language: str, month: dt.date, parent_code: str) -> list[Row]:
    """The indicators that most of a county's ranked townships miss: the county's own matters, most widespread first."""
    return edition.rows(
        f"""
        with division as ({DIVISION}), indicator as ({INDICATOR})
        select division_code, division_name, indicator_code, indicator_name, townships_listed, townships_ranked,
            county_rate,
        from fct_slow_progress
        inner join division using (division_code)
        inner join indicator using (indicator_code)
        where period_start = $month and scope = 'county' and $parent_code in (division_code, division.parent_code)
        qualify row_number() over (
            partition by division_code, indicator_code order by townships_listed desc, rule_id
        ) = 1
        order by division_code, townships_listed desc, position
        """,
        language=language,
        month=month,
        parent_code=parent_code,
    )


def ranking_summary(edition: Edition, kind: str, start: dt.date, parent_code: str) -> Row:
    return edition.only_row(
        """
        select
            count(*) as divisions,
            count(*) filter (where is_assessed) as assessed,
            avg(cast(score as decimal(12, 6))) filter (where is_assessed) as mean_score,
            count(*) filter (where is_vetoed) as vetoed,
            bool_or(is_provisional) as is_provisional,
        from fct_ranking
        where period_kind = $kind and period_start = $start and parent_code = $parent_code
        """,
        kind=kind,
        start=start,
        parent_code=parent_code,
    )


def points_by_domain(edition: Edition, kind: str, start: dt.date, parent_code: str) -> list[Row]:
    """What each division gained and lost in each domain: all that is gained is its score, all that is lost the rest."""
    return edition.rows(
        """
        select
            division_code,
            domain,
            sum(cast(contribution as decimal(12, 6))) as contribution,
            sum(cast(lost as decimal(12, 6))) as lost,
        from fct_score_contribution
        inner join dim_indicator using (indicator_code)
        where period_kind = $kind and period_start = $start and parent_code = $parent_code
        group by division_code, domain
        order by division_code, min(position)
        """,
        kind=kind,
        start=start,
        parent_code=parent_code,
    )


def points_lost(edition: Edition, language: str, kind: str, start: dt.date, parent_code: str) -> list[Row]:
    """Per indicator, the mean of the points lost by the ranked, the costliest first."""
    return edition.rows(
        f"""
        with indicator as ({INDICATOR})
        select
            indicator_code,
            indicator_name,
            avg(cast(lost as decimal(12, 6))) as mean_lost,
            count(*) filter (where attainment < 1) as losing,
        from fct_score_contribution
        inner join indicator using (indicator_code)
        inner join fct_ranking using (period_kind, period_start, parent_code, division_code)
        where is_assessed and period_kind = $kind and period_start = $start and parent_code = $parent_code
        group by all
        having mean_lost > 0
        order by mean_lost desc, indicator_code
        """,
        language=language,
        kind=kind,
        start=start,
        parent_code=parent_code,
    )


def named_results(edition: Edition, language: str, kind: str, start: dt.date, parent_code: str) -> list[Row]:
    """The same with names and in the order of the table, to be taken away."""
    return edition.rows(
        f"""
        with division as ({DIVISION}), indicator as ({INDICATOR})
        select division.division_name, indicator.indicator_name, fct_indicator_result.*,
        from fct_indicator_result
        inner join division using (division_code)
        inner join indicator using (indicator_code)
        where period_kind = $kind and period_start = $start and division.parent_code = $parent_code
        order by division_code, position
        """,
        language=language,
        kind=kind,
        start=start,
        parent_code=parent_code,
    )


def results(edition: Edition, kind: str, start: dt.date, parent_code: str) -> list[Row]:
    """Every result of the children of a division: the cells of the heat map."""
    return edition.rows(
        f"""
        with suspect as ({SUSPECT}), waived as ({WAIVED})
        select fct_indicator_result.*, coalesce(crosses_target, false) as crosses_target, waived_rows,
        from fct_indicator_result
        inner join dim_division using (division_code)
        left join suspect using (division_code, indicator_code)
        left join waived using (division_code, indicator_code)
        where period_kind = $kind and period_start = $start and parent_code = $parent_code
        order by division_code, indicator_code
        """,
        kind=kind,
        start=start,
        parent_code=parent_code,
    )
