"""Numbers that look arranged: the signals of some months and the rows behind them."""

from __future__ import annotations

import datetime as dt

from dashboards.edition import Edition, Row
from dashboards.queries.names import BELOW, DIVISION


def kinds(edition: Edition, language: str, first: dt.date, last: dt.date, parent_code: str) -> list[Row]:
    """Every kind of signal, with how many fired and how many chance alone would give (null where no model says)."""
    return edition.rows(
        f"""
        with below as ({BELOW}),
        fired as (
            select signal_kind, count(*) as signals, sum(expected_by_chance order by expected_by_chance) as expected,
            from fct_integrity_signal
            semi join below using (division_code)
            where period_start between $first and $last
            group by signal_kind
        )
        select
            signal_kind,
            case when $language = 'en' then name_en else name_zh end as signal_name,
            case when $language = 'en' then description_en else description_zh end as description,
            coalesce(signals, 0) as signals,
            expected,
        from dim_integrity_signal
        left join fired using (signal_kind)
        order by position
        """,
        language=language,
        first=first,
        last=last,
        parent_code=parent_code,
    )


def signals(edition: Edition, language: str, first: dt.date, last: dt.date, parent_code: str) -> list[Row]:
    """The signals themselves, the newest first."""
    return edition.rows(
        f"""
        with below as ({BELOW}), division as ({DIVISION})
        select
            signal_kind,
            case when $language = 'en' then name_en else name_zh end as signal_name,
            division_code,
            division_name,
            period_start,
            evidence,
            rows,
            p_value,
            expected_by_chance,
        from fct_integrity_signal
        inner join division using (division_code)
        inner join dim_integrity_signal using (signal_kind)
        semi join below using (division_code)
        where period_start between $first and $last
        order by period_start desc, position, division_code
        """,
        language=language,
        first=first,
        last=last,
        parent_code=parent_code,
    )


def cases(edition: Edition, signal_kind: str, division_code: str, period_start: dt.date, limit: int) -> list[Row]:
    """The rows behind one signal, down to file and line, at most `limit`."""
    return edition.rows(
        """
        select record_ref, source, source_file, source_row, detail, count(*) over () as total_count,
        from fct_integrity_case
        where signal_kind = $signal_kind and division_code = $division_code and period_start = $period_start
        order by source_file, source_row, record_ref
        limit $limit
        """,
        signal_kind=signal_kind,
        division_code=division_code,
        period_start=period_start,
        limit=limit,
    )
