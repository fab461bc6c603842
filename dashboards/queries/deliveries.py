"""What was delivered and what became of every row."""

from __future__ import annotations

from dashboards.edition import Edition, Row
from dashboards.queries.names import DIVISION


def batches(edition: Edition, language: str) -> list[Row]:
    """What was delivered and what became of its rows, newest first."""
    return edition.rows(
        f"""
        with division as ({DIVISION})
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
