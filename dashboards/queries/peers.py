"""A township among its peers, by indicator; the villages below it; the fields of work side by side."""

from __future__ import annotations

import datetime as dt

from dashboards.edition import Edition, Row
from dashboards.queries.names import DIVISION, INDICATOR

# How many of similar size stand beside a township.
SIMILAR = 5


def group(edition: Edition, language: str, by: str, month: dt.date, parent_code: str, division_code: str) -> list[Row]:
    """The townships that one is held against, itself left out: `all`, of its `kind` (镇, 乡), or of similar `size`.

    Size is the number of residents known in the newest month up to `month`.
    """
    return edition.rows(
        f"""
        with
        division as ({DIVISION}),
        size as (
            select division_code, max_by(denominator, period_start) as residents,
            from fct_indicator_result
            where period_kind = 'month' and indicator_code = 'registration_coverage' and period_start <= $month
            group by division_code
        ),
        own as (
            select unit_kind, residents
            from dim_division
            left join size using (division_code)
            where division_code = $division_code
        )
        select division.division_code, division.division_name, size.residents,
        from division
        inner join dim_division using (division_code)
        left join size using (division_code)
        cross join own
        where division.parent_code = $parent_code and division.division_code <> $division_code
            and division.division_code in (select division_code from fct_ranking where parent_code = $parent_code)
            and ($by <> 'kind' or dim_division.unit_kind is not distinct from own.unit_kind)
        qualify $by <> 'size' or row_number() over (
            order by abs(size.residents - own.residents) nulls last, division.division_code
        ) <= {SIMILAR}
        order by division.division_code
        """,
        language=language,
        by=by,
        month=month,
        parent_code=parent_code,
        division_code=division_code,
    )


def spread(
    edition: Edition,
    language: str,
    kind: str,
    start: dt.date,
    parent_code: str,
    division_codes: tuple[str, ...],
    own_code: str | None = None,
) -> list[Row]:
    """One row per indicator: the values of some townships, their middle half and median, the parent's own rate.

    `low` is where an axis may start: the full twentieth below all that is drawn, the township `own_code` with it.
    """
    return edition.rows(
        f"""
        with
        indicator as ({INDICATOR}),
        result as (
            select * from fct_indicator_result
            where period_kind = $kind and period_start = $start and denominator > 0
        ),
        peer as (
            select
                indicator_code,
                list({{'division_code': division_code, 'value': value, 'numerator': numerator,
                    'denominator': denominator}} order by value, division_code) as peers,
                quantile_disc(value, 0.25) as lower_quarter,
                quantile_disc(value, 0.5) as middle,
                quantile_disc(value, 0.75) as upper_quarter,
            from result
            where division_code in (select unnest($division_codes))
            group by indicator_code
        ),
        drawn as (
            select indicator_code, min(least(value, coalesce(target_value, 1))) as least,
            from result
            where division_code in (select unnest($division_codes)) or division_code in ($own_code, $parent_code)
            group by indicator_code
        ),
        whole as (
            select indicator_code, value as county_value, target_value as county_target
            from result
            where division_code = $parent_code
        )
        select
            indicator.*, peers, lower_quarter, middle, upper_quarter, county_value, county_target,
            greatest(0, floor(20 * least - 1e-9) / 20) as low,
        from indicator
        inner join peer using (indicator_code)
        inner join drawn using (indicator_code)
        left join whole using (indicator_code)
        order by position
        """,
        language=language,
        kind=kind,
        start=start,
        parent_code=parent_code,
        division_codes=list(division_codes),
        own_code=own_code,
    )


def villages(
    edition: Edition, language: str, kind: str, start: dt.date, division_code: str, indicator_code: str
) -> list[Row]:
    """The villages below a township with their figures of one indicator, most misses first."""
    return edition.rows(
        f"""
        with division as ({DIVISION})
        select
            division_code, division_name, result.* exclude (division_code), denominator - numerator as missed,
            max(denominator - numerator) over () as max_missed,
        from fct_indicator_result as result
        inner join division using (division_code)
        where period_kind = $kind and period_start = $start and indicator_code = $indicator_code
            and division.parent_code = $division_code
        order by missed desc nulls last, denominator desc, division_code
        """,
        language=language,
        kind=kind,
        start=start,
        division_code=division_code,
        indicator_code=indicator_code,
    )


def domains(edition: Edition, language: str, kind: str, start: dt.date, parent_code: str) -> list[Row]:
    """Per township and field of work: the points gained and the points to be gained, and its place in that field."""
    return edition.rows(
        f"""
        with division as ({DIVISION}),
        part as (
            select
                division_code,
                domain,
                min(position) as position,
                sum(cast(contribution as decimal(12, 6))) as gained,
                sum(cast(contribution as decimal(12, 6)) + cast(lost as decimal(12, 6))) as attainable,
            from fct_score_contribution
            inner join dim_indicator using (indicator_code)
            where period_kind = $kind and period_start = $start and parent_code = $parent_code
            group by all
        )
        select
            division_code, division_name, domain, gained, attainable,
            cast(gained / nullif(attainable, 0) as double) as share,
            rank() over (partition by domain order by gained / nullif(attainable, 0) desc) as place,
            fct_ranking.rank,
        from part
        inner join division using (division_code)
        inner join fct_ranking using (division_code)
        where is_assessed and period_kind = $kind and period_start = $start and fct_ranking.parent_code = $parent_code
        order by fct_ranking.rank, division_code, part.position
        """,
        language=language,
        kind=kind,
        start=start,
        parent_code=parent_code,
    )
