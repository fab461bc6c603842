"""Comparisons: all townships of a month against limits, two townships, two periods."""

from __future__ import annotations

import datetime as dt

from dashboards.edition import Edition, Row
from dashboards.queries.names import DIVISION, INDICATOR, WATERFALL


def funnel(
    edition: Edition, language: str, month: dt.date, parent_code: str, indicator_code: str, centre_kind: str
) -> list[Row]:
    """The townships of a month with where they lie against the limits of their own number of cases."""
    return edition.rows(
        f"""
        with division as ({DIVISION})
        select
            result.division_code, division_name, numerator, result.denominator, value, shrunk_value, target_value,
            is_provisional, centre,
            case
                when value < low_998 then 'far_below'
                when value < low_95 then 'below'
                when value > high_998 then 'far_above'
                when value > high_95 then 'above'
                when centre is not null then 'within'
            end as place,
        from fct_indicator_result as result
        inner join division using (division_code)
        left join fct_funnel as funnel on funnel.period_start = result.period_start
            and funnel.parent_code = division.parent_code and funnel.indicator_code = result.indicator_code
            and funnel.centre_kind = $centre_kind and funnel.denominator = result.denominator
        where result.period_kind = 'month' and result.period_start = $month
            and result.indicator_code = $indicator_code and division.parent_code = $parent_code
            and result.denominator > 0
        order by value, result.division_code
        """,
        language=language,
        month=month,
        parent_code=parent_code,
        indicator_code=indicator_code,
        centre_kind=centre_kind,
    )


def funnel_limits(
    edition: Edition, month: dt.date, parent_code: str, indicator_code: str, centre_kind: str
) -> list[Row]:
    """The limits by number of cases; none around a target of 100 %."""
    return edition.rows(
        """
        select denominator, centre, low_95, high_95, low_998, high_998,
        from fct_funnel
        where period_start = $month and parent_code = $parent_code
            and indicator_code = $indicator_code and centre_kind = $centre_kind and denominator > 0
        order by denominator
        """,
        month=month,
        parent_code=parent_code,
        indicator_code=indicator_code,
        centre_kind=centre_kind,
    )


def two_divisions(
    edition: Edition, language: str, kind: str, start: dt.date, parent_code: str, one: str, other: str
) -> list[Row]:
    """Every indicator of two townships side by side, what sets them most apart first.

    `difference`: points that the first lost less by it, of what counts for both; `mix`: the sum of what counts for one
    of them only, the same in every row. All together are the difference of the two scores.
    """
    return edition.rows(
        f"""
        with
        indicator as ({INDICATOR}),
        part as (
            select division_code, indicator_code, cast(lost as decimal(12, 6)) as lost,
            from fct_score_contribution
            where period_kind = $kind and period_start = $start and parent_code = $parent_code
        ),
        result as (
            select fct_indicator_result.*, lost,
            from fct_indicator_result
            left join part using (division_code, indicator_code)
            where fct_indicator_result.period_kind = $kind and fct_indicator_result.period_start = $start
        ),
        pair as (
            select
                indicator.*,
                one as one,
                other as other,
                coalesce(other.lost, 0) - coalesce(one.lost, 0) as lost_less,
                one.lost is not null and other.lost is not null as is_shared,
            from indicator
            left join (select * from result where division_code = $one) as one using (indicator_code)
            left join (select * from result where division_code = $other) as other using (indicator_code)
            where one.verdict is not null or one.denominator is not null
                or other.verdict is not null or other.denominator is not null
        )
        select
            indicator_code,
            indicator_name,
            definition,
            one,
            other,
            is_shared,
            if(is_shared, lost_less, 0) as difference,
            sum(if(is_shared, 0, lost_less)) over () as mix,
        from pair
        order by abs(difference) desc, is_shared desc, position
        """,
        language=language,
        kind=kind,
        start=start,
        parent_code=parent_code,
        one=one,
        other=other,
    )


def two_periods(
    edition: Edition,
    language: str,
    kind: str,
    start: dt.date,
    base: dt.date,
    parent_code: str,
    division_code: str,
) -> list[Row]:
    """The change of a score between any two periods as a sum of points lost less, the largest part first.

    Columns as `township.score_change`.
    """
    return edition.rows(
        f"""
        with
        indicator as ({INDICATOR}),
        contribution as (
            select period_start, indicator_code, cast(lost as decimal(12, 6)) as points,
            from fct_score_contribution
            where period_kind = $kind and period_start in ($start, $base)
                and parent_code = $parent_code and division_code = $division_code
        ),
        base_score as (
            select cast(score as decimal(12, 6)) as points,
            from fct_ranking
            where period_kind = $kind and period_start = $base
                and parent_code = $parent_code and division_code = $division_code
        ),
        counted as (
            select *, if(count(*) over (partition by indicator_code) = 2, 'indicator', 'mix') as change_kind,
            from contribution
        ),
        difference as (
            select
                if(change_kind = 'mix', 'mix', indicator_code) as indicator_code,
                change_kind,
                coalesce(sum(points) filter (where period_start = $base), 0)
                    - coalesce(sum(points) filter (where period_start = $start), 0) as change,
            from counted
            group by 1, 2
        ),
        part as (
            select
                indicator_code, indicator_name, position, change_kind, change, base_score.points as begins_at,
            from difference
            left join indicator using (indicator_code)
            cross join base_score
        ){WATERFALL}
        """,
        language=language,
        kind=kind,
        start=start,
        base=base,
        parent_code=parent_code,
        division_code=division_code,
    )


def scores(edition: Edition, kind: str, parent_code: str, division_code: str) -> list[Row]:
    """A division's score and rank in every period of a kind, the newest first."""
    return edition.rows(
        """
        select period_start, score, rank, is_provisional,
        from fct_ranking
        where period_kind = $kind and parent_code = $parent_code and division_code = $division_code and is_assessed
        order by period_start desc
        """,
        kind=kind,
        parent_code=parent_code,
        division_code=division_code,
    )
