"""The ledger of failures as the workbench sees it: what fails now, by rule and township, and which rows there are.

Here: reading the fold that the ledger keeps (`quality/ledger.parquet`). Not here: keeping it (`orchestration/ledger/`).
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import duckdb
import pyarrow as pa

from orchestration.paths import Home
from orchestration.workbench.records import Failing, RowKey

FAILING = """
    select rule_id, source, division_code, count(*), bool_or(last_run = $run_id)
    from read_parquet($ledger)
    where resolved_on is null and not is_waived
    group by all
    order by all
"""
KNOWN = """
    select distinct rule_id, source, record_ref, division_code
    from read_parquet($ledger)
    semi join asked using (rule_id, source, record_ref)
"""


def ledger_file(home: Home) -> Path:
    """The state of every failure there was; missing until a run has kept one."""
    return home.quality / "ledger.parquet"


def failing_now(home: Home, run_id: str) -> list[Failing]:
    """Rows that fail and are not waived, by rule and township. None before the first run."""
    if not ledger_file(home).exists():
        return []
    with duckdb.connect() as connection:
        rows = connection.execute(FAILING, {"ledger": str(ledger_file(home)), "run_id": run_id}).fetchall()
    return [Failing(*row) for row in rows]


def known_rows(home: Home, asked: Collection[RowKey]) -> dict[tuple[str, str, str], str | None]:
    """The township of each of the rows that the ledger knows, by rule, source and record."""
    if not asked or not ledger_file(home).exists():
        return {}
    keys = {name: [getattr(row, name) for row in asked] for name in ("rule_id", "source", "record_ref")}
    with duckdb.connect() as connection:
        connection.register("asked", pa.table(keys, schema=pa.schema([(name, pa.string()) for name in keys])))
        rows = connection.execute(KNOWN, {"ledger": str(ledger_file(home))}).fetchall()
    return {(rule_id, source, record_ref): division_code for rule_id, source, record_ref, division_code in rows}
