"""Waivers on an open connection: given, withdrawn, listed.

Here: at most one waiver of a row at a time; a new one takes the place of the former, which stays as history. Not here:
what a waiver does to a figure, or when it has expired: that follows the day of the row's export, not people's.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, fields
from datetime import date
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from orchestration.installation.clock import now
from orchestration.workbench import incidents
from orchestration.workbench.errors import WorkbenchError
from orchestration.workbench.records import RowKey, Waiver, row_key
from orchestration.workbench.schema import waiver

COLUMNS = [waiver.c[field.name] for field in fields(Waiver)]
_ACTIVE = waiver.c.withdrawn_at.is_(None)


def give(
    connection: Connection, rows: list[RowKey], actor: str, reason: str, comment: str, expires_on: date
) -> list[Waiver]:
    """One waiver a row, in the order given. Rows that occur twice are waived once."""
    distinct = dict.fromkeys(rows)
    at = now()
    active = {row_key(found): found.id for found in connection.execute(select(waiver).where(_ACTIVE))}
    if former := [{"former": active[row]} for row in distinct if row in active]:
        ended = {"withdrawn_at": at, "withdrawn_by": actor, "withdrawn_comment": comment}
        connection.execute(update(waiver).where(waiver.c.id == bindparam("former")).values(ended), former)
    stamp: dict[str, Any] = {
        "reason": reason,
        "comment": comment,
        "author": actor,
        "created_at": at,
        "expires_on": expires_on,
    }
    given = [asdict(row) | stamp for row in distinct]
    made = connection.scalars(insert(waiver).returning(waiver.c.id, sort_by_parameter_order=True), given).all()
    for unit, count in Counter((row.rule_id, row.source, row.division_code) for row in distinct).items():
        incidents.note_rows(connection, "waive", unit, actor, comment, count)
    never: dict[str, Any] = {"withdrawn_at": None, "withdrawn_by": None, "withdrawn_comment": None}
    return [Waiver(id=waiver_id, **values, **never) for waiver_id, values in zip(made, given, strict=True)]


def withdraw(connection: Connection, waiver_id: int, actor: str, comment: str) -> Waiver:
    """It stops counting from the next run on. Raises WorkbenchError if there is none or it is withdrawn already."""
    found = read(connection, waiver_id)
    if not found.is_active:
        raise WorkbenchError("workbench.waiver_withdrawn", actor=found.withdrawn_by)
    values = {"withdrawn_at": now(), "withdrawn_by": actor, "withdrawn_comment": comment}
    connection.execute(update(waiver).where(waiver.c.id == waiver_id), values)
    unit = (found.rule_id, found.source, found.division_code)
    incidents.note_rows(connection, "withdraw", unit, actor, comment, 1)
    return read(connection, waiver_id)


def read(connection: Connection, waiver_id: int) -> Waiver:
    """Raises WorkbenchError if there is none."""
    row = connection.execute(select(*COLUMNS).where(waiver.c.id == waiver_id)).one_or_none()
    if row is None:
        raise WorkbenchError("workbench.no_waiver", id=waiver_id)
    return Waiver(**row._mapping)


def matching(
    connection: Connection, is_active: bool | None, rule_id: str | None, division_code: str | None
) -> list[Waiver]:
    """Newest first. None means any."""
    query = select(*COLUMNS).order_by(waiver.c.id.desc())
    if is_active is not None:
        query = query.where(_ACTIVE if is_active else ~_ACTIVE)
    if rule_id is not None:
        query = query.where(waiver.c.rule_id == rule_id)
    if division_code is not None:
        query = query.where(waiver.c.division_code == division_code)
    return [Waiver(**row._mapping) for row in connection.execute(query)]
