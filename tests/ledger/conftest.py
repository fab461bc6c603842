"""A warehouse as the ledger meets it: what landed, which snapshots govern, what the validation left; without dbt.

What belongs here: the shape of those tables and how rows get in. No expectation of any state.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from expectations.findings import CREATE_KEPT
from orchestration.contracts import load_contracts
from orchestration.installation.county_seeds import assemble_seeds
from orchestration.installation.paths import Home
from orchestration.lake.catalogue import CREATE
from orchestration.lake.quarantined import write_quarantined
from orchestration.landing.batch import quarantine_path
from orchestration.ledger import record_failures
from orchestration.warehouse_build.audit import ExecutedCheck, begin, keep_checks
from orchestration.warehouse_build.rule_catalogue import CREATE_RULE
from warehouse.model_sql import model_sql

COUNTY, NORTH, SOUTH = "623021000000", "623021100000", "623021101000"
RULES = [("house", "gpl_resident", "expectation"), ("order", "exchange_message", "expectation")]
RULES += [("grain", "fct_message", "dbt"), ("ratio", "fct_ranking", "expectation")]
RULES += [(f"landing:{reason}", source, "landing") for source in load_contracts() for reason in ("missing:sex", "odd")]
KEY = ("rule_id", "source", "record_ref", "division_code")


class Bench:
    """One installation's warehouse and ledger; `run` is one run's entry into the ledger."""

    def __init__(self, root: Path) -> None:
        self.home = Home(root)
        self.home.root.mkdir(parents=True, exist_ok=True)
        self.sequence = 0
        with self.connect() as warehouse:
            for statements in (CREATE, CREATE_KEPT, CREATE_RULE):
                warehouse.execute(statements)
            warehouse.execute("create schema staging; create schema seeds")
            warehouse.execute(
                "create table seeds.divisions (division_code varchar, level varchar, parent_code varchar)"
            )
            warehouse.execute(
                """create table staging.governing_snapshot
                (source varchar, township_code varchar, period_month date, batch_id varchar)"""
            )
            warehouse.execute(
                """create table staging.accepted_number
                (source varchar, number varchar, giver_code varchar, batch_id varchar)"""
            )
        townships = [{"division_code": one, "level": "township", "parent_code": COUNTY} for one in (NORTH, SOUTH)]
        self.insert("seeds.divisions", [*townships, {"division_code": COUNTY, "level": "county"}])
        self.list_rules(RULES)

    def connect(self) -> duckdb.DuckDBPyConnection:
        return duckdb.connect(str(self.home.warehouse))

    def list_rules(self, rules: Iterable[tuple[str, str, str]]) -> None:
        said = dict.fromkeys(("text_zh", "text_en", "fix_zh", "fix_en", "reason_zh", "reason_en"), "-")
        about = {"dimension": "validity", "severity": "error", "affects_accuracy": False, "blocks_publication": False}
        with self.connect() as warehouse:
            warehouse.execute("delete from quality.rule")
        self.insert(
            "quality.rule",
            [
                {"rule_id": rule, "source": source, "origin": origin, "position": position, **about, **said}
                for position, (rule, source, origin) in enumerate(rules)
            ],
        )

    def insert(self, table: str, rows: list[dict[str, Any]]) -> None:
        """Add `rows`; a column they leave out is null."""
        if not rows:
            return
        with self.connect() as warehouse:
            incoming = pa.Table.from_pylist(rows)  # noqa: F841 - DuckDB reads it by its name
            warehouse.execute(f"insert into {table} by name from incoming")

    def replace(self, table: str, rows: list[dict[str, Any]]) -> None:
        with self.connect() as warehouse:
            warehouse.execute(f"delete from {table}")
        self.insert(table, rows)

    def land(
        self, source: str, scope: str, as_of: date, quarantined: Iterable[tuple[int, str, dict[str, str]]] = ()
    ) -> str:
        """One batch with its quarantined rows (line, reason, cells); its id."""
        self.sequence += 1
        batch_id, rows = f"b{self.sequence}", list(quarantined)
        name = f"{source}__{scope[:6]}__{as_of}.csv"
        batch = {"batch_id": batch_id, "sequence": self.sequence, "source": source, "scope_code": scope}
        self.insert("lake.batch", [batch | {"as_of": as_of, "file_name": name, "quarantined": len(rows)}])
        if rows:
            path = quarantine_path(self.home, source, batch_id)
            path.parent.mkdir(parents=True, exist_ok=True)
            said = {"source_file": name, "batch_id": batch_id, "as_of": as_of}
            pq.write_table(
                pa.Table.from_pylist(
                    [
                        said | {"source_row": line, "reason": reason, "cells": json.dumps(cells, ensure_ascii=False)}
                        for line, reason, cells in rows
                    ]
                ),
                path,
            )
        return batch_id

    def accept(self, source: str, number: str, giver: str, batch_id: str) -> None:
        """A row of that number is among the accepted ones of the batch."""
        row = {"source": source, "number": number, "giver_code": giver, "batch_id": batch_id}
        self.insert("staging.accepted_number", [row])

    def run(
        self,
        run_id: str,
        checks: Iterable[ExecutedCheck] = (),
        is_validated: bool = True,
        is_staged: bool = True,
    ) -> None:
        """What its steps leave in the audit, and then its entry."""
        if is_staged:
            self._stage()
        with self.connect() as warehouse:
            begin(warehouse, "staging")
            keep_checks(warehouse, "warehouse", list(checks))
            if is_validated:
                warehouse.execute("insert into audit.step values ('validation', $1, '', true)", [run_id])
        record_failures(self.home, run_id)

    def _stage(self) -> None:
        """The models that say which quarantined row is still missing, over what has landed."""
        relations = {"divisions": "seeds.divisions", "accepted_number": "staging.accepted_number"}
        relations |= {name: name for name in ("lake.batch", "lake.withdrawn_batch", "lake.quarantined_row")}
        with self.connect() as warehouse:
            write_quarantined(warehouse, self.home, load_contracts())
            for model in ("landed_batch", "batch_coverage", "batch_status", "quarantine_status"):
                relations[model] = f"staging.{model}"
                warehouse.execute(f"create or replace table staging.{model} as {model_sql(model, relations)}")

    def ledger(self) -> dict[tuple[str, str, str, str | None], dict[str, Any]]:
        """The state of every failure, by its key."""
        with self.connect() as warehouse:
            found = warehouse.execute("from quality.ledger")
            names = [column[0] for column in found.description]
            rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
        return {tuple(row[name] for name in KEY): row for row in rows}

    def rows(self, query: str) -> list[tuple]:
        with self.connect() as warehouse:
            return warehouse.execute(query).fetchall()


@pytest.fixture
def bench(tmp_path) -> Bench:
    return Bench(tmp_path / "home [1] o'县")


@pytest.fixture
def seeded(bench) -> Bench:
    """With the shipped seeds, which say whose row it is."""
    assemble_seeds(bench.home)
    return bench
