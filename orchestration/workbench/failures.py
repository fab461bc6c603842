"""The ledger of failures as the workbench sees it: what fails now, by rule and township, and which rows there are.

Here: reading the fold that the ledger keeps (`quality/ledger.parquet`). Not here: keeping it (`orchestration/ledger/`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow as pa

from orchestration.installation.messages import LANGUAGES, command_line_messages
from orchestration.installation.paths import Home
from orchestration.landing.batch import read_batches
from orchestration.workbench.records import Failing, RowKey

FAILING = """
    select rule_id, source, division_code, count(*), bool_or(last_run = $run_id)
    from read_parquet($ledger)
    where resolved_on is null and not is_waived
    group by all
    order by all
"""
# Of each rule and township what ended last: whether it did because its file was withdrawn.
ENDED = """
    select rule_id, source, division_code, arg_max(batch_id, (resolved_run, last_run)) as batch_id
    from read_parquet($ledger)
    where resolved_on is not null
    group by all
"""
KNOWN = """
    select distinct rule_id, source, record_ref, division_code
    from read_parquet($ledger)
    semi join asked using (rule_id, source, record_ref)
"""


def ledger_file(home: Home) -> Path:
    """The state of every failure there was; missing until a run has kept one."""
    return home.quality / "ledger.parquet"


def newest_entry(home: Home) -> str | None:
    """The name of the newest folder of the ledger, which begins with the run that wrote it; None before the first."""
    return max((mark.parent.name for mark in home.quality.glob("*/result.parquet")), default=None)


def failing_now(home: Home, run_id: str) -> list[Failing]:
    """Rows that fail and are not waived, by rule and township. None before the first run."""
    if not ledger_file(home).exists():
        return []
    with duckdb.connect() as connection:
        rows = connection.execute(FAILING, {"ledger": str(ledger_file(home)), "run_id": run_id}).fetchall()
    return [Failing(*row) for row in rows]


def ended_by_withdrawal(home: Home) -> dict[tuple[str, str, str | None], str]:
    """By rule, source and township: of what ended last because its file was withdrawn, which file, by whom and why."""
    text = command_line_messages()
    said = " ".join(text("withdraw.ended", language) for language in LANGUAGES)
    withdrawn = {
        record.batch_id: f"{said}: {record.file_name} · {record.withdrawal.by}: {record.withdrawal.reason}"
        for record in read_batches(home)
        if record.withdrawal is not None
    }
    if not withdrawn or not ledger_file(home).exists():
        return {}
    with duckdb.connect() as connection:
        rows = connection.execute(ENDED, {"ledger": str(ledger_file(home))}).fetchall()
    return {tuple(unit): withdrawn[batch_id] for *unit, batch_id in rows if batch_id in withdrawn}


def known_rows(home: Home, asked: Collection[RowKey]) -> dict[RowKey, list[RowKey]]:
    """Of each row asked for, those that the ledger knows and it can mean: itself, or without a township all that have
    its rule, source and reference."""
    if not asked or not ledger_file(home).exists():
        return {}
    keys = {name: [getattr(row, name) for row in asked] for name in ("rule_id", "source", "record_ref")}
    with duckdb.connect() as connection:
        connection.register("asked", pa.table(keys, schema=pa.schema([(name, pa.string()) for name in keys])))
        rows = connection.execute(KNOWN, {"ledger": str(ledger_file(home))}).fetchall()
    known: dict[RowKey, list[RowKey]] = defaultdict(list)
    for row in (RowKey(*row) for row in rows):
        for said in {row, replace(row, division_code=None)}:
            known[said].append(row)
    return {row: known[row] for row in asked}
