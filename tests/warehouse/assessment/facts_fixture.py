"""A county's facts as the assessment meets them: the tables that core, landing and the expectations leave behind.

What belongs here: their shape, and how rows get in. No expectation of any result.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd

from orchestration.installation.paths import Home
from orchestration.lake.parquet import typed
from orchestration.ledger.fold import LEDGER
from orchestration.ledger.folders import RESULT
from orchestration.warehouse_build.dbt_project import DbtProject, assemble
from orchestration.warehouse_build.rule_catalogue import all_rules, write_rules

SPINE = """period_month date, division_code varchar, township_code varchar, case_ref varchar, due_at timestamp,
    source varchar, source_file varchar, source_row bigint"""
OPEN = dict.fromkeys(("fct_message", "fct_service_event"), "due_indicator_code varchar, open_state varchar")
TABLES = {
    "lake.batch": """batch_id varchar, sequence bigint, source varchar, scope_code varchar, as_of date,
        file_name varchar, sha256 varchar, encoding varchar, rows_in bigint, accepted bigint, quarantined bigint,
        non_data bigint, quarantine_reasons varchar, unreadable_cells varchar, unreadable_rows varchar,
        sheet_name varchar, is_synthetic boolean,
        landed_at timestamp""",
    "lake.withdrawn_batch": """batch_id varchar, sheet_name varchar, withdrawn_at timestamp, withdrawn_by varchar,
        withdrawn_reason varchar""",
    "lake.rebuild_month": "period_month date",
    "staging.landed_month": "source varchar, township_code varchar, period_month date, is_provisional boolean",
    "staging.batch_status": """batch_id varchar, place_code varchar, scope_code varchar, state varchar,
        superseded_by varchar""",
    "staging.quarantine_status": "batch_id varchar, reason varchar, is_awaited boolean",
    "staging.governing_snapshot": "source varchar, township_code varchar, period_month date, batch_id varchar",
    "staging.batch_coverage": """batch_id varchar, source varchar, as_of date, is_county_wide boolean, sequence bigint,
        township_code varchar, county_code varchar""",
    "core.beside_case": """indicator_code varchar, period_month date, township_code varchar, source varchar,
        source_file varchar, source_row bigint, case_source varchar, case_file varchar, case_row bigint""",
    "core.registry_overlap": """period_month date, township_code varchar, only_gpl bigint, only_padis bigint,
        both_equal bigint, different_township bigint, different_sex bigint, different_birth_date bigint,
        different_origin bigint, different_inflow_date bigint, keyless bigint, rows_total bigint,
        is_provisional boolean""",
    "core.registry_count": """period_month date, township_code varchar, active_files bigint, matched bigint,
        agreeing bigint""",
    "core.message_reply": """period_month date, township_code varchar, source varchar, record_ref varchar,
        received_at timestamp, replied_at timestamp, is_instant boolean, source_file varchar, source_row bigint""",
    "core.first_sight": """period_month date, township_code varchar, source varchar, record_ref varchar,
        is_late boolean, since_on date, absent_on date, absent_file varchar, first_seen_on date, source_file varchar,
        source_row bigint""",
    "core.due_service": """period_month date, township_code varchar, source varchar, record_ref varchar, kind varchar,
        due_date date, completed_at timestamp, source_file varchar, source_row bigint""",
    "core.busiest_hour": """period_month date, township_code varchar, updates bigint, updates_in_hour bigint,
        updated_hour timestamp, operator_key varchar""",
    "core.burst_update": """period_month date, township_code varchar, source varchar, record_ref varchar,
        updated_at timestamp, source_file varchar, source_row bigint""",
    "core.dropped_file": """period_month date, township_code varchar, source varchar, record_ref varchar,
        source_file varchar, source_row bigint""",
    "core.backdated_entry": """period_month date, township_code varchar, source varchar, record_ref varchar,
        field varchar, claimed_at timestamp, not_done_on date, earlier_file varchar, earlier_row bigint,
        source_file varchar, source_row bigint""",
    "core.rewritten_field": """period_month date, township_code varchar, source varchar, record_ref varchar,
        field varchar, value_before varchar, value_after varchar, as_of_before date, as_of date,
        earlier_file varchar, earlier_row bigint, source_file varchar, source_row bigint""",
    "core.dim_division": """division_code varchar, division_name varchar, division_name_en varchar, level varchar,
        parent_code varchar, unit_kind varchar""",
    "core.dim_division_ancestor": "division_code varchar, ancestor_code varchar, ancestor_level varchar",
    "quality.result": typed(RESULT),
    "quality.ledger": typed(LEDGER),
    "quality.failing_row": """run_id varchar, rule_id varchar, source varchar, period_month date,
        township_code varchar, record_ref varchar, batch_id varchar, source_file varchar, source_row bigint, as_of date,
        is_waived boolean""",
}


def seed_rows(seeds: Path, name: str) -> list[dict[str, str]]:
    """The rows of one seed file, as text."""
    with (seeds / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


class Facts:
    """The builder's file of one home, without its assessment; `build` adds that."""

    def __init__(self, root: Path, villages: Iterable[str] = ()) -> None:
        """The seeds are those of `SHUANGBAI_SEEDS`; `villages` are 12-digit codes that only the data name."""
        self.home = Home(root)
        self.project: DbtProject = assemble(self.home)
        facts: dict[str, list[str]] = {}
        for indicator in seed_rows(self.home.seeds, "indicators"):
            facts.setdefault(indicator["fact"], []).append(f"{indicator['indicator_code']} varchar")
        self.columns = TABLES | {
            f"core.{fact}": ", ".join([SPINE, *filter(None, [OPEN.get(fact)]), *outcomes])
            for fact, outcomes in facts.items()
        }
        self.start_over(villages)

    def start_over(self, villages: Iterable[str]) -> None:
        """Empty tables in a new file."""
        self.home.warehouse.unlink(missing_ok=True)
        with self.connect() as warehouse:
            for schema in ("lake", "staging", "core", "quality"):
                warehouse.execute(f"create schema {schema}")
            for table, columns in self.columns.items():
                warehouse.execute(f"create table {table} ({columns})")
            # Another project's: what it parses now is kept, and settings may still change.
            write_rules(warehouse, all_rules(assemble(self.home).manifest()))
        self._write_divisions(villages)

    def connect(self) -> duckdb.DuckDBPyConnection:
        return duckdb.connect(str(self.home.warehouse))

    def insert(self, table: str, rows: Iterable[dict[str, object]]) -> None:
        """Add `rows`; a column they leave out is null."""
        frame = pd.DataFrame(list(rows), dtype=object)
        if frame.empty:
            return
        with self.connect() as warehouse:
            warehouse.execute(f"insert into {table} by name select * from frame")

    def rebuild(self, months: Iterable[date]) -> None:
        """Ask the next build for these months only."""
        with self.connect() as warehouse:
            warehouse.execute("delete from lake.rebuild_month")
        self.insert("lake.rebuild_month", [{"period_month": month} for month in months])

    def build_seeds(self) -> None:
        """Build the seeds, without their tests."""
        seeds = self.project.build(["resource_type:seed"], ["resource_type:test"])
        assert {seed.status for seed in seeds} == {"success"}

    def build(self) -> None:
        """Build assessment and published with their data tests. Raises AssertionError with what failed."""
        nodes = self.project.build(["assessment", "published"])
        failed = [node for node in nodes if node.status not in ("success", "pass")]
        assert failed == [], "\n".join(f"{node.name}: {node.message}" for node in failed)

    def run_unit_tests(self) -> dict[str, str]:
        """dbt's unit tests of these layers: the status by test."""
        chosen = ["test", "--select", "test_type:unit,assessment", "--no-write-json"]
        outcome = self.project._invoke(self.project.parsed, chosen, None)
        return {one.node.unique_id.split(".")[-1]: one.status.value for one in outcome.result.results}

    def published(self) -> dict[str, list[tuple]]:
        """All published rows, by table, in the order of their columns."""
        with self.connect() as warehouse:
            tables = warehouse.execute(
                "select table_name from duckdb_tables() where schema_name = 'published'"
            ).fetchall()
            return {table: warehouse.execute(f"from published.{table} order by all").fetchall() for (table,) in tables}

    def rows(self, query: str) -> list[tuple]:
        with self.connect() as warehouse:
            return warehouse.execute(query).fetchall()

    def _write_divisions(self, villages: Iterable[str]) -> None:
        columns = ("division_code", "division_name", "level", "parent_code")
        divisions = [
            {column: row[column] or None for column in columns} for row in seed_rows(self.home.seeds, "divisions")
        ] + [
            {"division_code": code, "division_name": code, "level": "village", "parent_code": f"{code[:9]}000"}
            for code in villages
        ]  # fmt: skip
        known = {row["division_code"]: row for row in divisions}
        ancestors = []
        for code in known:
            above = code
            while above:
                ancestors.append(
                    {"division_code": code, "ancestor_code": above, "ancestor_level": known[above]["level"]}
                )
                above = known[above]["parent_code"]
        self.insert("core.dim_division", divisions)
        self.insert("core.dim_division_ancestor", ancestors)
