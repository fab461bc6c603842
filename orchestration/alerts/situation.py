"""What holds after a run that somebody should know: counts by rule, source, indicator and township.

Here: reading them from the ledger of failures, the run's record and the current edition. Not here: who has been told
already (`workbench`), or the words (`digest`). Only counts are read: no record, no file, no person.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from orchestration.installation.paths import Home
from orchestration.installation.run_record import RunRecord, Text
from orchestration.installation.sql import only_row
from orchestration.workbench import Condition
from orchestration.workbench.failures import ledger_file

Counts = dict[Condition, int]
Names = dict[str, dict[str, str]]
UNPUBLISHED = ("blocked", "failed", "refused")

FAILING = """
    select 'failing', rule_id, source, coalesce(division_code, ''), '', count(*)
    from read_parquet($ledger)
    where resolved_on is null and not is_waived
    group by all
"""
MISSING = """
    select 'missing', '', source, division_code, strftime(period_start, '%Y-%m'), count(*)
    from fct_delivery
    where state = 'missing'
    group by all
"""
DUE = """
    select 'due', indicator_code, '', left(division_code, 9) || '000', strftime(due_at, '%Y-%m-%d'), count(*)
    from fct_open_case
    where state = 'open' and hours_left between 0 and $hours
    group by all
"""
NAMES = {
    "dim_division": "select division_code, division_name, division_name_en from dim_division",
    "dim_indicator": "select indicator_code, name_zh, name_en from dim_indicator",
    "dim_rule": "select rule_id, text_zh, text_en from dim_rule",
}
WARNINGS = "select rule_id from dim_rule where severity = 'warning'"


@dataclass
class Situation:
    """`counts`: rows, cases or deliveries of each condition that holds. `judged`: the kinds that could be looked at;
    of another kind nothing is known, so nothing of it has recovered. `names` by code and language."""

    counts: Counts = field(default_factory=dict)
    judged: set[str] = field(default_factory=set)
    names: Names = field(default_factory=dict)
    reasons: list[Text] = field(default_factory=list)
    edition: str | None = None
    is_synthetic: bool = False


def read_situation(home: Home, record: RunRecord, due_within_hours: float) -> Situation:
    """After the run of `record`. What is not there yet (no ledger, no edition) is left unjudged."""
    situation = Situation(judged={"unpublished"}, reasons=list(record.reasons), edition=record.edition)
    if record.state in UNPUBLISHED:
        situation.counts[Condition("unpublished", record.state)] = 1
    edition = home.current_edition.resolve() / "shuangbai.duckdb"
    with duckdb.connect() as connection:
        warnings = _read_edition(connection, edition, situation, due_within_hours) if edition.exists() else set()
        if ledger_file(home).exists():
            situation.judged.add("failing")
            failing = _conditions(connection, FAILING, ledger=str(ledger_file(home)))
            situation.counts |= {what: rows for what, rows in failing.items() if what.subject not in warnings}
    return situation


def _read_edition(
    connection: duckdb.DuckDBPyConnection, edition: Path, situation: Situation, due_within_hours: float
) -> set[str]:
    """Deliveries, open cases and names; returns the rules that only warn. An older edition may lack a table."""
    connection.execute(f"attach '{str(edition).replace(chr(39), chr(39) * 2)}' as edition (read_only)")
    connection.execute("use edition")
    tables = {name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()}
    for table, sql in NAMES.items():
        if table in tables:
            for code, zh, en in connection.execute(sql).fetchall():
                situation.names[code] = {"zh": zh, "en": en or zh}
    if "fct_delivery" in tables:
        situation.judged.add("missing")
        situation.counts |= _conditions(connection, MISSING)
    if "fct_open_case" in tables:
        situation.judged.add("due")
        situation.counts |= _conditions(connection, DUE, hours=due_within_hours)
    if "fct_batch" in tables:
        (is_synthetic,) = only_row(connection.execute("select coalesce(bool_or(is_synthetic), false) from fct_batch"))
        situation.is_synthetic = is_synthetic
    return {rule for (rule,) in connection.execute(WARNINGS).fetchall()} if "dim_rule" in tables else set()


def _conditions(connection: duckdb.DuckDBPyConnection, sql: str, **parameters: object) -> Counts:
    return {Condition(*key): count for *key, count in connection.execute(sql, parameters).fetchall()}
