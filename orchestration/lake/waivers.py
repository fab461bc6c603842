"""The waivers that count, in the builder's file, and the months that they change.

Here: reading them from the workbench, `quality.waiver`, months. Not here: who may waive (`workbench`), or which row is
waived (the validation decides it by the day its data were exported, so that nothing here asks what day it is).
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

import duckdb

from expectations.findings import CREATE_KEPT, waived
from orchestration.installation.paths import Home

if TYPE_CHECKING:
    from orchestration.workbench import Waiver

InForce = list[tuple[str, str, str, str | None, date]]

# Months in which a row's being waived is not what it was when they were validated.
WAIVED = waived(*(f"failing.{name}" for name in ("rule_id", "source", "record_ref", "township_code", "as_of")))
CHANGED_MONTHS = f"""
    insert into lake.rebuild_month
    select distinct period_month
    from quality.failing_row as failing
    where
        is_waived <> {WAIVED}
        and period_month not in (select period_month from lake.rebuild_month)
"""


def waivers_in_force(home: Home) -> InForce:
    """Rule, source, reference, township and last day of every waiver that nobody has withdrawn, in order. An expired
    one is among them: it still counts for what was exported before. Raises WorkbenchError.
    """
    from orchestration.workbench.database import URL_VARIABLE

    if not (home.workbench.exists() or os.environ.get(URL_VARIABLE)):
        return []
    from orchestration.workbench import Workbench

    return in_force(Workbench.open(home).waivers(is_active=True))


def in_force(waivers: Iterable[Waiver]) -> InForce:
    """Which rows they waive and until when, whoever gave them and in whatever order."""
    rows = {(one.rule_id, one.source, one.record_ref, one.division_code, one.expires_on) for one in waivers}
    return sorted(rows, key=str)


def waivers_digest(waivers: InForce) -> str:
    """Changes with any waiver that counts."""
    return hashlib.sha256(json.dumps(waivers, default=str, ensure_ascii=False).encode()).hexdigest()


def waivers_of(connection: duckdb.DuckDBPyConnection) -> InForce:
    """Those that the builder's file counts with, in the order of `waivers_in_force`."""
    return sorted(connection.execute("from quality.waiver").fetchall(), key=str)


def write_waivers(connection: duckdb.DuckDBPyConnection, waivers: InForce) -> None:
    """Fill `quality.waiver`, and add to `lake.rebuild_month` the months whose rows are waived no more, or only now."""
    connection.execute(CREATE_KEPT)
    connection.execute("delete from quality.waiver")
    if waivers:
        connection.executemany("insert into quality.waiver values (?, ?, ?, ?, ?)", waivers)
    connection.execute(CHANGED_MONTHS)
