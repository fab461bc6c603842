"""Two editions side by side: what was published, what is known now, and why.

Here: opening both and the queries over them, for the command line and for pages alike. Not here: naming an edition, or
showing anything.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from orchestration.contracts import load_contracts

QUERIES = [Path(__file__).with_name(name) for name in ("restatement.sql", "restatement_reasons.sql")]

# Whoever reads the list wants first what leaders saw: months before longer periods, the newest first, ranks before
# results, and a county before its villages.
LISTED = """
    from difference
    order by
        array_position(['month', 'quarter', 'year_to_date'], period_kind), period_start desc, kind,
        array_position(['province', 'prefecture', 'county', 'township', 'village'], level),
        division_code, indicator_code
"""
SUMMARY = """
    select kind, if(is_restated, change, 'new_period') as change, period_kind, count(*) as differences
    from difference group by all order by all
"""
BATCHES = """
    select change, source, file_name || coalesce(' (' || withdrawal || ')', '') as file_name
    from batch_difference order by change, source, file_name
"""
TARGETS = """
    with changed as (
        (select indicator_code, scope_code from (from before.dim_target except from after.dim_target))
        union (select indicator_code, scope_code from (from after.dim_target except from before.dim_target))
    )
    select indicator_code, name_zh, name_en, scope_code
    from changed left join after.dim_indicator using (indicator_code) order by all
"""
EDITIONS = """
    select edition_id, software_version from before.edition
    union all
    select edition_id, software_version from after.edition
"""


@contextmanager
def compared(before: Path, after: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with table `difference` between two editions' files: one row per result or rank that differs.

    Both files are only read. Raises duckdb.Error if one of them is no edition.
    """
    with duckdb.connect(config={"temp_directory": tempfile.gettempdir()}) as connection:
        for name, path in (("before", before), ("after", after)):
            quoted = str(path).replace("'", "''")
            connection.execute(f"attach '{quoted}' as {name} (read_only)")
        _show_due_rules(connection)
        _show_batches(connection)
        snapshots = [contract.source for contract in load_contracts().values() if contract.shape == "snapshot"]
        script = "".join(file.read_text(encoding="utf-8") for file in QUERIES)
        for statement in connection.extract_statements(script):
            values = {"snapshots": snapshots} if "snapshots" in statement.named_parameters else None
            connection.execute(statement, values)
        yield connection


def _show_due_rules(connection: duckdb.DuckDBPyConnection) -> None:
    """Views `before_deadline` and `after_deadline`: empty where an edition was made before due rules were published."""
    published = connection.execute("select count(*) from duckdb_tables() where table_name = 'dim_deadline'").fetchone()
    for name in ("before", "after"):
        rows = f"{name}.dim_deadline" if published == (2,) else "(select null as indicator_code where false)"
        connection.execute(f"create temp view {name}_deadline as from {rows}")


def _show_batches(connection: duckdb.DuckDBPyConnection) -> None:
    """Views `before_batch` and `after_batch`: nothing is withdrawn in an edition made before that was possible."""
    absent = "null::timestamp as withdrawn_at, null as withdrawn_by, null as withdrawn_reason"
    for name in ("before", "after"):
        columns = [column for column, *_ in connection.execute(f"describe {name}.fct_batch").fetchall()]
        more = "" if "withdrawn_at" in columns else f", {absent}"
        connection.execute(f"create temp view {name}_batch as select *{more} from {name}.fct_batch")
