"""Quarantined rows as failures: those that a run landed, and whether each is still missing.

Here: from `staging.quarantine_status`, which says that, to what fails now. Not here: why a row is quarantined
(landing), whose it is (`lake.quarantined`), or the clerks' lists (`quarantine_export`).
"""

from __future__ import annotations

import duckdb

from expectations.findings import waived
from orchestration.ledger.folders import KEY

# A record that stands in several files is told by the one that speaks, the newest first.
STANDING = f"""
    insert into standing by name
    with candidate as (
        select
            'landing:' || reason as rule_id,
            source,
            record_ref,
            'landing' as origin,
            township_code,
            period_month,
            batch_id,
            source_file,
            source_row,
            is_failing as is_standing,
            sequence > $landed_to as is_seen,
        from staging.quarantine_status
    )

    select candidate.*, {waived(*(f"candidate.{name}" for name in KEY), "batch.as_of")} as is_waived
    from candidate
    join lake.batch using (batch_id)
    qualify row_number() over (
        partition by candidate.rule_id, candidate.source, record_ref, township_code
        order by not is_standing, batch.sequence desc, source_row desc, is_seen desc
    ) = 1
"""


def add_quarantined(connection: duckdb.DuckDBPyConnection, landed_to: int) -> None:
    """What landing set aside; adds to `standing`. `landed_to`: sequence of the newest batch that the ledger knows."""
    connection.execute(STANDING, {"landed_to": landed_to})
