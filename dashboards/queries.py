"""Every SELECT of the dashboards, over the published tables of one edition.

A function takes the edition, the language where names are shown, and what to filter by, and gives rows as dicts. Sums
and differences that a page shows are made here, of decimals, so that they do not depend on an order.
"""

from __future__ import annotations

import datetime as dt

from dashboards.edition import Edition, Row

# Names in the reader's language; the published names are the Chinese ones.
_DIVISION = """
    select
        division_code,
        case when $language = 'en' then coalesce(nullif(division_name_en, ''), division_name) else division_name end
            as division_name,
        level,
        parent_code,
    from dim_division
"""
_INDICATOR = """
    select
        indicator_code,
        position,
        case when $language = 'en' then name_en else name_zh end as indicator_name,
        case when $language = 'en' then definition_en else definition_zh end as definition,
        domain,
        measure_kind,
        judged_months,
        source_clause,
    from dim_indicator
"""
# `rule:<rule id>` is one reason of the catalogue; its text is the rule's own.
_REASON = """
    select reason_code, position, case when $language = 'en' then text_en else text_zh end as reason_text,
    from dim_reason
    union all
    select 'rule:' || rule_id, 1000 + position, case when $language = 'en' then text_en else text_zh end,
    from dim_rule
"""
# A case lies in a village where that is known; the township is that village's parent.
_TOWNSHIP = """
    select division_code, case when level = 'village' then parent_code else division_code end as township_code,
    from dim_division
"""
# The missed cases behind a township's figures of a period: a stock counts its latest month only, the others all months.
_COUNTED_CASE = f"""
    with
    place as ({_TOWNSHIP}),
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
        inner join place using (division_code)
        inner join counted_month using (indicator_code, period_start)
        where township_code = $division_code and ($indicator_code is null or indicator_code = $indicator_code)
    ),
    reason as ({_REASON})
"""


def edition(edition: Edition) -> Row:
    return edition.row("""
        select
            edition_id,
            cast(created_at as timestamp) as created_at,
            (select max(as_of) from fct_batch) as newest_as_of,
            (select coalesce(bool_or(is_synthetic), false) from fct_batch) as is_synthetic,
        from edition
    """)


def parents(edition: Edition, language: str) -> list[Row]:
    """The divisions whose children are ranked, the one with most children first."""
    return edition.rows(
        f"""
        with division as ({_DIVISION})
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
        with division as ({_DIVISION})
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
        f"with division as ({_DIVISION}) select * from division where division_code = $division_code",
        language=language,
        division_code=division_code,
    )


def periods(edition: Edition, parent_code: str) -> list[Row]:
    """The periods that hold cases already due, newest first; what is due later is published, but no period yet.

    Shown first is, of each kind, the newest that ends with or before the newest closed month, provisional or not.
    """
    return edition.rows(
        """
        with periods as (
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
                max(period_start) filter (where not is_provisional), max(period_start)
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
        with indicator as ({_INDICATOR})
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


def ranking(edition: Edition, language: str, kind: str, start: dt.date, parent_code: str) -> list[Row]:
    """The league table: one row per division, in the order of rank; the unranked last."""
    return edition.rows(
        f"""
        with division as ({_DIVISION})
        select
            fct_ranking.*,
            division_name,
            case when $language = 'en' then name_en else name_zh end as grade_name,
            case when is_assessed and previous_rank is not null
                then cast(score as decimal(12, 6)) - cast(previous_score as decimal(12, 6))
            end as score_change,
            previous_rank - rank as rank_change,
            count(*) filter (where is_assessed) over () as assessed_count,
        from fct_ranking
        inner join division using (division_code)
        left join dim_grade using (grade)
        where period_kind = $kind and period_start = $start and fct_ranking.parent_code = $parent_code
        order by rank nulls last, division_code
        """,
        language=language,
        kind=kind,
        start=start,
        parent_code=parent_code,
    )


def ranking_summary(edition: Edition, kind: str, start: dt.date, parent_code: str) -> Row:
    return edition.row(
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


def provisional_count(edition: Edition, kind: str, start: dt.date, parent_code: str) -> int:
    """How many indicators are provisional for at least one of the ranked."""
    return edition.row(
        """
        select count(distinct indicator_code) as indicators,
        from fct_indicator_result
        where period_kind = $kind and period_start = $start and is_provisional
            and division_code in (select division_code from fct_ranking where parent_code = $parent_code)
        """,
        kind=kind,
        start=start,
        parent_code=parent_code,
    )["indicators"]


def contributions_by_domain(edition: Edition, kind: str, start: dt.date, parent_code: str) -> list[Row]:
    return edition.rows(
        """
        select division_code, domain, sum(cast(contribution as decimal(12, 6))) as contribution,
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
        with indicator as ({_INDICATOR})
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


def results(edition: Edition, kind: str, start: dt.date, parent_code: str) -> list[Row]:
    """Every result of the children of a division: the cells of the heat map."""
    return edition.rows(
        """
        select fct_indicator_result.*,
        from fct_indicator_result
        inner join dim_division using (division_code)
        where period_kind = $kind and period_start = $start and parent_code = $parent_code
        order by division_code, indicator_code
        """,
        kind=kind,
        start=start,
        parent_code=parent_code,
    )


def card(edition: Edition, language: str, kind: str, start: dt.date, parent_code: str, division_code: str) -> list[Row]:
    """One row per indicator of the catalogue: the division's result and what it gained and lost by it."""
    return edition.rows(
        f"""
        with
        indicator as ({_INDICATOR}),
        result as (
            select * from fct_indicator_result
            where period_kind = $kind and period_start = $start and division_code = $division_code
        ),
        part as (
            select * from fct_score_contribution
            where period_kind = $kind and period_start = $start
                and parent_code = $parent_code and division_code = $division_code
        )
        select
            indicator.*,
            result.* exclude (indicator_code, period_kind, period_start),
            denominator - numerator as missed,
            attainment,
            100 * attainment as attained_percent,
            contribution,
            lost,
            cast(contribution as decimal(12, 6)) + cast(lost as decimal(12, 6)) as attainable,
        from indicator
        left join result using (indicator_code)
        left join part using (indicator_code)
        order by position
        """,
        language=language,
        kind=kind,
        start=start,
        parent_code=parent_code,
        division_code=division_code,
    )


def score_history(edition: Edition, parent_code: str, division_code: str) -> list[Row]:
    return edition.rows(
        """
        select period_start, score, rank, is_provisional,
        from fct_ranking
        where period_kind = 'month' and parent_code = $parent_code and division_code = $division_code and is_assessed
        order by period_start
        """,
        parent_code=parent_code,
        division_code=division_code,
    )


def missed_by_reason(
    edition: Edition, language: str, division_code: str, indicator_code: str | None, first: dt.date, last: dt.date
) -> list[Row]:
    """Missed cases of a township by reason, most first; `indicator_code` None means all."""
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
        division_code=division_code,
        indicator_code=indicator_code,
        first=first,
        last=last,
    )


def missed_cases(
    edition: Edition,
    language: str,
    division_code: str,
    indicator_code: str | None,
    first: dt.date,
    last: dt.date,
    limit: int,
) -> list[Row]:
    """The missed cases themselves, down to file and line, at most `limit`; `total_count` counts all of them."""
    return edition.rows(
        f"""
        {_COUNTED_CASE},
        indicator as ({_INDICATOR}),
        division as ({_DIVISION})
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
        division_code=division_code,
        indicator_code=indicator_code,
        first=first,
        last=last,
        limit=limit,
    )


def trend(edition: Edition, indicator_code: str, division_codes: tuple[str, ...]) -> list[Row]:
    """Monthly results of one indicator for some divisions, in the order of months."""
    return edition.rows(
        """
        select division_code, indicator_code, period_start, numerator, denominator, pending, value, target_value,
            is_reached, verdict, is_serious, is_provisional,
        from fct_indicator_result
        where period_kind = 'month' and indicator_code = $indicator_code
            and list_contains($division_codes, division_code) and denominator > 0
        order by division_code, period_start
        """,
        indicator_code=indicator_code,
        division_codes=list(division_codes),
    )


def division_trend(edition: Edition, division_codes: tuple[str, ...]) -> list[Row]:
    """Monthly results of every indicator for some divisions."""
    return edition.rows(
        """
        select division_code, indicator_code, period_start, numerator, denominator, pending, value, target_value,
            is_reached, verdict, is_serious, is_provisional,
        from fct_indicator_result
        where period_kind = 'month' and list_contains($division_codes, division_code) and denominator > 0
        order by indicator_code, division_code, period_start
        """,
        division_codes=list(division_codes),
    )


def quality_by_rule(edition: Edition, language: str, first: dt.date, last: dt.date) -> list[Row]:
    """Rows tested and failed by rule in the months of a period, most failures first."""
    return edition.rows(
        """
        select
            rule_id,
            fct_quality_result.source,
            fct_quality_result.dimension,
            fct_quality_result.affects_accuracy,
            coalesce(case when $language = 'en' then text_en else text_zh end, rule_id) as rule_text,
            case when $language = 'en' then fix_en else fix_zh end as fix_text,
            sum(rows_tested) as rows_tested,
            sum(rows_failed) as rows_failed,
        from fct_quality_result
        left join dim_rule using (rule_id)
        where is_current and origin = 'expectation' and period_start between $first and $last
        group by all
        order by rows_failed desc, rule_id
        """,
        language=language,
        first=first,
        last=last,
    )


def quality_totals(edition: Edition, first: dt.date, last: dt.date) -> Row:
    """Failures in the months of a period: those that count towards data accuracy, and the others."""
    return edition.row(
        """
        select
            coalesce(sum(rows_failed) filter (where affects_accuracy), 0) as affecting,
            coalesce(sum(rows_failed) filter (where not affects_accuracy), 0) as others,
        from fct_quality_result
        where is_current and origin = 'expectation' and period_start between $first and $last
        """,
        first=first,
        last=last,
    )


def quality_by_township(edition: Edition, language: str, parent_code: str, rule_id: str | None) -> list[Row]:
    """Rows not yet mended by township and the newest month they fail in; `rule_id` None means all rules."""
    return edition.rows(
        f"""
        with division as ({_DIVISION}), place as ({_TOWNSHIP})
        select township_code as division_code, division_name, period_start, count(*) as failures,
        from fct_quality_failure
        inner join place using (division_code)
        inner join division on division.division_code = place.township_code
        where division.parent_code = $parent_code and ($rule_id is null or rule_id = $rule_id)
            and resolved_on is null
        group by all
        order by division_code, period_start
        """,
        language=language,
        parent_code=parent_code,
        rule_id=rule_id,
    )


def quality_failures(
    edition: Edition,
    language: str,
    rule_id: str | None,
    division_code: str | None,
    limit: int,
) -> list[Row]:
    """Failing rows not yet mended, down to file and line, at most `limit`; None means any rule, any township."""
    return edition.rows(
        f"""
        with division as ({_DIVISION}), place as ({_TOWNSHIP})
        select
            coalesce(case when $language = 'en' then text_en else text_zh end, rule_id) as rule_text,
            division_name,
            period_start,
            record_ref,
            source_file,
            source_row,
            first_seen,
            count(*) over () as total_count,
        from fct_quality_failure
        left join place using (division_code)
        left join division on division.division_code = place.township_code
        left join dim_rule using (rule_id)
        where resolved_on is null
            and ($rule_id is null or rule_id = $rule_id)
            and ($division_code is null or place.township_code = $division_code)
        order by dim_rule.position, rule_id, place.township_code, source_file, source_row, record_ref
        limit $limit
        """,
        language=language,
        rule_id=rule_id,
        division_code=division_code,
        limit=limit,
    )


def batches(edition: Edition, language: str) -> list[Row]:
    """What was delivered and what became of its rows, newest first."""
    return edition.rows(
        f"""
        with division as ({_DIVISION})
        select
            file_name, fct_batch.source, coalesce(division_name, scope_code) as scope_name, as_of, rows_in, accepted,
            quarantined, non_data, quarantine_reasons, encoding, superseded_by is not null as is_superseded,
            accepted + quarantined + non_data = rows_in as is_balanced, batch_id,
        from fct_batch
        left join division on division.division_code = rpad(scope_code, 12, '0')
        order by as_of desc, source, file_name, batch_id
        """,
        language=language,
    )


def batch_totals(edition: Edition) -> Row:
    return edition.row("""
        select
            count(*) as batches, sum(rows_in) as rows_in, sum(accepted) as accepted, sum(quarantined) as quarantined,
            sum(non_data) as non_data, bool_and(accepted + quarantined + non_data = rows_in) as is_balanced,
        from fct_batch
    """)


def catalogue(edition: Edition, language: str, kind: str, start: dt.date, division_code: str) -> list[Row]:
    """Every indicator with its target on the period's last day and one division's own figures as the example."""
    return edition.rows(
        f"""
        with indicator as ({_INDICATOR}), result as (
            select * from fct_indicator_result
            where period_kind = $kind and period_start = $start and division_code = $division_code
        )
        select
            indicator.*, numerator, denominator, pending, target_value, is_reached, verdict, is_serious, is_provisional,
        from indicator
        left join result using (indicator_code)
        order by position
        """,
        language=language,
        kind=kind,
        start=start,
        division_code=division_code,
    )
