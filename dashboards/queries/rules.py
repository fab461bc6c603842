"""The rules with their reasons and what the newest run made of them: the catalogue and the document of a validation."""

from __future__ import annotations

import datetime as dt

from dashboards.edition import Edition, Row
from dashboards.queries.names import INDICATOR

ORIGINS = ("expectation", "landing", "dbt")


def results(edition: Edition, language: str, first: dt.date, last: dt.date) -> list[Row]:
    """Every rule in both languages with its results in some months, by home, extract and the order of the rules.

    `checks` is null where a rule was not tested, `rows_tested` where it tests a table as a whole: of those, the newest.
    """
    return edition.rows(
        f"""
        with indicator as ({INDICATOR}),
        result as (
            select
                rule_id, source,
                sum(rows_tested) as rows_tested, sum(rows_failed) as rows_failed, sum(rows_waived) as rows_waived,
                count(*) as checks,
            from fct_quality_result
            where is_current and (period_start between $first and $last or rows_tested is null)
            group by rule_id, source
        ),
        touched as (
            select
                rule_id,
                string_agg(
                    indicator_name, case when $language = 'en' then ', ' else '、' end order by position
                ) as indicator_names,
            from dim_rule_indicator
            inner join indicator using (indicator_code)
            group by rule_id
        )
        select
            dim_rule.*, rows_tested, rows_failed, rows_waived, checks, indicator_names,
        from dim_rule
        left join result using (rule_id, source)
        left join touched using (rule_id)
        order by list_position(['expectation', 'landing', 'dbt'], origin), source, position, rule_id
        """,
        language=language,
        first=first,
        last=last,
    )


def names(edition: Edition, language: str) -> list[Row]:
    """Every rule with what it is called and the extract it tests."""
    return edition.rows(
        """
        select rule_id, source, case when $language = 'en' then text_en else text_zh end as rule_text,
        from dim_rule
        order by position, rule_id
        """,
        language=language,
    )


def texts(edition: Edition, language: str) -> dict[tuple[str, str], str]:
    """What each rule is called, by its key: the rule and its extract."""
    return {(rule["rule_id"], rule["source"]): rule["rule_text"] for rule in names(edition, language)}
