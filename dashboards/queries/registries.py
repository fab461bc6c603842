"""The two registries against each other: what both hold, what only one holds, and how many people neither may hold."""

from __future__ import annotations

import datetime as dt

from dashboards.edition import Edition, Row
from dashboards.queries.names import DIVISION

FIELDS = ("township", "sex", "birth_date", "origin", "inflow_date")


def reconciliation(edition: Edition, language: str, month: dt.date, parent_code: str) -> list[Row]:
    """One row for the parent, then its children with most disagreement first. Shares are of all persons in either."""
    return edition.rows(
        f"""
        with division as ({DIVISION})
        select
            fct_reconciliation.*,
            division_name,
            only_gpl + only_padis + both_equal + both_different as persons,
            only_gpl + only_padis + both_different as disagreeing,
        from fct_reconciliation
        inner join division using (division_code)
        where period_start = $month and (division.parent_code = $parent_code or division_code = $parent_code)
        order by division_code <> $parent_code, disagreeing / nullif(persons, 0) desc nulls last, division_code
        """,
        language=language,
        month=month,
        parent_code=parent_code,
    )


def differences(edition: Edition, month: dt.date, division_code: str) -> list[Row]:
    """In which field the two registries differ, most often first, of one division."""
    return edition.rows(
        """
        select replace(field, 'different_', '') as field, cases,
        from (
            unpivot (
                select
                    different_township, different_sex, different_birth_date, different_origin, different_inflow_date,
                from fct_reconciliation
                where period_start = $month and division_code = $division_code
            )
            on columns(*) into name field value cases
        )
        where cases > 0
        order by cases desc, field
        """,
        month=month,
        division_code=division_code,
    )
