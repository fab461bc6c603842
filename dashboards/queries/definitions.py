"""The indicators of the catalogue with one division's figures as the example."""

from __future__ import annotations

import datetime as dt

from dashboards.edition import Edition, Row
from dashboards.queries.names import INDICATOR, WAIVED


def catalogue(edition: Edition, language: str, kind: str, start: dt.date, division_code: str) -> list[Row]:
    """Every indicator with its target on the period's last day and one division's own figures as the example."""
    return edition.rows(
        f"""
        with indicator as ({INDICATOR}), result as (
            select * from fct_indicator_result
            where period_kind = $kind and period_start = $start and division_code = $division_code
        ),
        waived as (select * from ({WAIVED}) where division_code = $division_code)
        select
            indicator.*, numerator, denominator, pending, target_value, is_reached, verdict, is_serious, is_provisional,
            waived_rows,
        from indicator
        left join result using (indicator_code)
        left join waived using (indicator_code)
        order by position
        """,
        language=language,
        kind=kind,
        start=start,
        division_code=division_code,
    )
