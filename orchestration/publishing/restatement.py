"""Two editions side by side: what was published, what is known now, and why.

Here: opening both and the queries over them, for the command line and for pages alike. Not here: naming an edition, or
showing anything.
"""

from __future__ import annotations

import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from orchestration.contracts import load_contracts
from orchestration.publishing.older_editions import completed
from warehouse.model_sql import model_sql

EDITIONS_COMPARED = ("before", "after")
# What was published later than other tables, or has got columns since.
NEWER = ("dim_division_ancestor", "dim_period", "fct_batch")
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
def compared(before: Path, after: Path) -> Generator[duckdb.DuckDBPyConnection]:
    """A connection with table `difference` between two editions' files: one row per result or rank that differs.

    Both files are only read. Raises duckdb.Error if one of them is no edition.
    """
    with duckdb.connect(config={"temp_directory": tempfile.gettempdir()}) as connection:
        for name, path in zip(EDITIONS_COMPARED, (before, after), strict=True):
            quoted = str(path).replace("'", "''")
            connection.execute(f"attach '{quoted}' as {name} (read_only)")
        _show_due_rules(connection)
        _show_newer(connection)
        snapshots = [contract.source for contract in load_contracts().values() if contract.shape == "snapshot"]
        in_force = {f"{name}_target_in_force": _targets_in_force(name) for name in EDITIONS_COMPARED}
        script = "".join(file.read_text(encoding="utf-8") for file in QUERIES).format(**in_force)
        for statement in connection.extract_statements(script):
            values = {"snapshots": snapshots} if "snapshots" in statement.named_parameters else None
            connection.execute(statement, values)
        yield connection


def _show_due_rules(connection: duckdb.DuckDBPyConnection) -> None:
    """Views `before_deadline` and `after_deadline`: empty where an edition was made before due rules were published."""
    published = connection.execute("select count(*) from duckdb_tables() where table_name = 'dim_deadline'").fetchone()
    for name in EDITIONS_COMPARED:
        rows = f"{name}.dim_deadline" if published == (2,) else "(select null as indicator_code where false)"
        connection.execute(f"create temp view {name}_deadline as from {rows}")


def _show_newer(connection: duckdb.DuckDBPyConnection) -> None:
    """Views such as `before_dim_period`: the tables that an edition of an older version lacks a part of, completed."""
    for name in EDITIONS_COMPARED:
        whole = completed(connection, name)
        for table in NEWER:
            connection.execute(f"create temp view {name}_{table} as from {whole[table]}")


def _targets_in_force(name: str) -> str:
    """The targets of edition `name` in force for every division that differs, landed in that edition or not."""
    return model_sql(
        "target_in_force",
        {
            "targets": f"{name}.dim_target",
            "landed_indicator": (
                "(select division_code as township_code from result_difference"
                " union select division_code from ranking_difference)"
            ),
            "dim_division": "known_division",
            "dim_division_ancestor": "division_above",
        },
    )
