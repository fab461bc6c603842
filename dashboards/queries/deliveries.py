"""What was delivered, what became of every row, and what is still owed."""

from __future__ import annotations

from dashboards.edition import Edition, Row
from dashboards.queries.names import DIVISION


def batches(edition: Edition, language: str) -> list[Row]:
    """What was delivered and what became of its rows, newest first; what was withdrawn says when, by whom and why."""
    return edition.rows(
        f"""
        with division as ({DIVISION})
        select
            file_name, fct_batch.source, coalesce(division_name, scope_code) as scope_name, as_of, rows_in, accepted,
            quarantined, non_data, quarantine_reasons, unreadable_cells, unreadable_rows, encoding,
            superseded_by is not null as is_superseded,
            accepted + quarantined + non_data = rows_in as is_balanced, batch_id, scope_code,
            withdrawn_at, withdrawn_by, withdrawn_reason,
        from fct_batch
        left join division on division.division_code = rpad(scope_code, 12, '0')
        order by as_of desc, source, file_name, batch_id
        """,
        language=language,
    )


def batch_totals(edition: Edition) -> Row:
    return edition.only_row("""
        select
            count(*) as batches, sum(rows_in) as rows_in, sum(accepted) as accepted, sum(quarantined) as quarantined,
            sum(non_data) as non_data, bool_and(accepted + quarantined + non_data = rows_in) as is_balanced,
        from fct_batch
        where withdrawn_at is null
    """)


def sources(edition: Edition) -> list[str]:
    """The extracts that townships owe."""
    return [row["source"] for row in edition.rows("select distinct source, from fct_delivery order by source")]


def states(edition: Edition, language: str, parent_code: str, source: str | None, months: int) -> list[Row]:
    """What became of each delivery of the newest `months` on record; `source` None means every extract.

    `missing_count`: how many have not come, of all months.
    """
    return edition.rows(
        f"""
        with division as ({DIVISION}),
        owed as (
            select
                fct_delivery.*, division_name, max(period_start) over () as newest,
                count(*) filter (where state = 'missing') over () as missing_count,
            from fct_delivery
            inner join division using (division_code)
            where division.parent_code = $parent_code and ($source is null or source = $source)
        )
        select * from owed
        where period_start > newest - interval 1 month * $months
        order by division_code, source, period_start
        """,
        language=language,
        parent_code=parent_code,
        source=source,
        months=months,
    )


def missing(edition: Edition, language: str, parent_code: str, division_code: str | None = None) -> list[Row]:
    """What is owed and has not come, the newest month first."""
    return edition.rows(
        f"""
        with division as ({DIVISION})
        select division_code, division_name, source, period_start, count(*) over () as total_count,
        from fct_delivery
        inner join division using (division_code)
        where division.parent_code = $parent_code and state = 'missing'
            and ($division_code is null or division_code = $division_code)
        order by period_start desc, division_code, source
        """,
        language=language,
        parent_code=parent_code,
        division_code=division_code,
    )
