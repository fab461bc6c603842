"""Results of the data rules and the rows that fail them. What was delivered is in `deliveries.py`."""

from __future__ import annotations

import datetime as dt

from dashboards.edition import Edition, Row
from dashboards.queries.names import DIVISION, TOWNSHIP


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
        with division as ({DIVISION}), place as ({TOWNSHIP})
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
        with division as ({DIVISION}), place as ({TOWNSHIP})
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
