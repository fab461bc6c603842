"""Failing rows one by one, down to file, sheet and line: for lists, exports, waivers. Counts are in `ledger.py`."""

from __future__ import annotations

from dashboards.edition import Edition, Row
from dashboards.queries.ledger import LEDGER, RULE, Narrowed, values
from dashboards.queries.names import DIVISION, INDICATOR


def rows(edition: Edition, language: str, narrowed: Narrowed, state: str, limit: int, offset: int) -> list[Row]:
    """One page of the rows of a state (see COUNTS), in the order of rules, extracts and records."""
    return edition.rows(
        f"""
        {LEDGER},
        division as ({DIVISION}),
        rule as ({RULE}),
        page as (select place from ledger where is_{state} order by place limit $limit offset $offset)
        select
            rule_id, coalesce(rule_text, rule_id) as rule_text, source, record_ref, failure.division_code,
            division_name, period_start, first_seen, runs_failing, times_reopened, source_file, sheet_name, source_row,
        from page
        inner join fct_quality_failure as failure using (place)
        left join rule using (rule_id, source)
        left join division on division.division_code = failure.division_code
        order by place
        """,
        language=language,
        limit=limit,
        offset=offset,
        **values(edition, narrowed),
    )


def worklist(edition: Edition, language: str, narrowed: Narrowed) -> list[Row]:
    """Every open row of a township with what to do about it and which indicators it touches, by file and line."""
    return edition.rows(
        f"""
        {LEDGER},
        rule as ({RULE}),
        indicator as ({INDICATOR}),
        touched as (
            select
                rule_id,
                string_agg(indicator_name, '、' order by position) filter (where effect = 'decides') as decides,
                string_agg(indicator_name, '、' order by position) filter (where effect <> 'decides') as doubts,
            from dim_rule_indicator
            inner join indicator using (indicator_code)
            group by rule_id
        )
        select
            rule_id, coalesce(rule_text, rule_id) as rule_text, fix_text, source, record_ref, decides, doubts,
            source_file, sheet_name, source_row, first_seen,
        from ledger
        left join rule using (rule_id, source)
        left join touched using (rule_id)
        where is_open
        order by source, source_file, source_row, rule.position, rule_id, record_ref
        """,
        language=language,
        **values(edition, narrowed),
    )


def known(edition: Edition, division_code: str) -> list[Row]:
    """The keys of a township's rows that ever failed: what a list of it can have held."""
    return edition.rows(
        "select rule_id, source, record_ref, from fct_quality_failure where division_code = $division_code",
        division_code=division_code,
    )
