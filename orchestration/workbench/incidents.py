"""Incidents on an open connection: read, moved on by people, opened and ended by runs.

Here: the statuses and who moves them, and the history of it. Not here: transactions (`database`), or what fails (the
caller says). Whoever changes one is the only writer meanwhile, so reading before writing is safe.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, insert, select, update

from orchestration.installation import clock
from orchestration.workbench.errors import ConcurrentEditError, WorkbenchError
from orchestration.workbench.records import SYSTEM, Action, Event, Failing, Incident, Status, SyncOutcome
from orchestration.workbench.schema import event, incident

OPEN: tuple[Status, ...] = ("new", "acknowledged", "assigned")
# From which statuses each action may be taken, and where it leads.
MOVES: dict[Action, tuple[tuple[Status, ...], Status]] = {
    "acknowledge": (("new",), "acknowledged"),
    "assign": (OPEN, "assigned"),
    "resolve": (OPEN, "resolved"),
}
COLUMNS = [incident.c[field.name] for field in fields(Incident) if field.name != "history"]
EVENT_COLUMNS = [event.c[field.name] for field in fields(Event)]
Unit = tuple[str, str, str | None]


def matching(
    connection: Connection,
    division_code: str | None,
    rule_id: str | None,
    is_open: bool | None,
    assignee: str | None,
) -> list[Incident]:
    """Newest first. None means any."""
    query = select(*COLUMNS).order_by(incident.c.opened_on.desc(), incident.c.id.desc())
    for column, wanted in (("division_code", division_code), ("rule_id", rule_id), ("assignee", assignee)):
        if wanted is not None:
            query = query.where(incident.c[column] == wanted)
    if is_open is not None:
        query = query.where((incident.c.status != "resolved") == is_open)
    return [Incident(**row._mapping) for row in connection.execute(query)]


def read(connection: Connection, incident_id: int) -> Incident:
    """With its history. Raises WorkbenchError if there is none."""
    row = _one(connection, select(*COLUMNS).where(incident.c.id == incident_id))
    if row is None:
        raise WorkbenchError("workbench.no_incident", id=incident_id)
    events = connection.execute(select(*EVENT_COLUMNS).where(event.c.incident_id == incident_id).order_by(event.c.id))
    return replace(Incident(**row._mapping), history=tuple(Event(**found._mapping) for found in events))


def move(
    connection: Connection,
    action: Action,
    incident_id: int,
    version: int,
    actor: str,
    reason: str,
    comment: str,
    assignee: str | None = None,
) -> Incident:
    """The next state. Raises ConcurrentEditError if `version` is not the newest, WorkbenchError if not possible."""
    before = read(connection, incident_id)
    if before.version != version:
        raise ConcurrentEditError(before)
    allowed, status = MOVES[action]
    if before.status not in allowed:
        raise WorkbenchError(f"workbench.not_possible.{action}")
    values: dict[str, object] = {"status": status, "version": version + 1}
    if action == "assign":
        values["assignee"] = assignee
    if status == "resolved":
        values |= {"resolved_at": clock.now(), "resolved_by": actor}
    connection.execute(update(incident).where(incident.c.id == incident_id), values)
    _note(connection, incident_id, actor, action, before.status, status, assignee, reason, comment)
    return read(connection, incident_id)


def remark(connection: Connection, incident_id: int, actor: str, comment: str) -> Incident:
    """A comment changes nothing, so it needs no version and outdates nobody's."""
    status = read(connection, incident_id).status
    _note(connection, incident_id, actor, "comment", status, status, comment=comment)
    return read(connection, incident_id)


def note_rows(connection: Connection, action: Action, unit: Unit, actor: str, comment: str, rows: int) -> None:
    """That rows of the open incident of a unit, if there is one, were waived or waived no more."""
    found = _one(connection, select(incident.c.id, incident.c.status).where(_is_of(unit), _is_open()))
    if found:
        _note(connection, found.id, actor, action, found.status, found.status, comment=comment, rows=rows)


def sync(
    connection: Connection, run_id: str, day: date, failing: list[Failing], withdrawn: Mapping[Unit, str]
) -> SyncOutcome:
    """Bring the incidents to what fails now: join, open, end. Doing it again for the same run changes nothing."""
    now = {(unit.rule_id, unit.source, unit.division_code): unit for unit in failing if unit.rows > 0}
    is_newest = select(func.max(incident.c.id)).group_by(
        incident.c.rule_id, incident.c.source, func.coalesce(incident.c.division_code, "")
    )
    newest = {
        (found.rule_id, found.source, found.division_code): found
        for found in connection.execute(select(incident).where(incident.c.id.in_(is_newest)))
    }
    joined = opened = reopened = resolved = 0
    for unit, found in now.items():
        former = newest.get(unit)
        if former is not None and former.status != "resolved":
            _join(connection, former, found, run_id, day)
            joined += 1
        elif former is None:
            _open(connection, found, run_id, day, None)
            opened += 1
        elif found.is_new or former.resolved_by == SYSTEM:
            # What a person has resolved stays so until a run has looked again and found it failing.
            _open(connection, found, run_id, day, former.id)
            reopened += 1
    for unit, former in newest.items():
        if unit not in now and former.status != "resolved":
            _end(connection, former, withdrawn.get(unit))
            resolved += 1
    return SyncOutcome(opened=opened + reopened, joined=joined, resolved=resolved, reopened=reopened)


def _open(connection: Connection, unit: Failing, run_id: str, day: date, previous_id: int | None) -> None:
    made = connection.execute(
        insert(incident).values(
            rule_id=unit.rule_id, source=unit.source, division_code=unit.division_code, status="new", version=1,
            rows=unit.rows, opened_on=day, last_seen_on=day, last_run=run_id, runs_failing=1, previous_id=previous_id,
        )
    )  # fmt: skip
    key: Any = made.inserted_primary_key
    _note(connection, key[0], SYSTEM, "open", None, "new", rows=unit.rows)


def _join(connection: Connection, former: Row, unit: Failing, run_id: str, day: date) -> None:
    """A person who looks at it meanwhile may go on: the version stays."""
    if former.last_run == run_id:
        return
    values: dict[str, Any] = {"rows": unit.rows, "last_run": run_id}
    if unit.is_new:
        values |= {"last_seen_on": day, "runs_failing": former.runs_failing + 1}
    connection.execute(update(incident).where(incident.c.id == former.id), values)
    if unit.rows != former.rows:
        _note(connection, former.id, SYSTEM, "rows", former.status, former.status, rows=unit.rows)


def _end(connection: Connection, former: Row, withdrawn: str | None) -> None:
    connection.execute(
        update(incident).where(incident.c.id == former.id),
        {
            "status": "resolved",
            "version": former.version + 1,
            "resolved_at": clock.now(),
            "resolved_by": SYSTEM,
            "rows": 0,
        },
    )
    _note(connection, former.id, SYSTEM, "resolve", former.status, "resolved", comment=withdrawn, rows=0)


def _note(
    connection: Connection,
    incident_id: int,
    actor: str,
    action: Action,
    from_status: Status | None,
    to_status: Status | None,
    assignee: str | None = None,
    reason: str | None = None,
    comment: str | None = None,
    rows: int | None = None,
) -> None:
    connection.execute(
        insert(event).values(
            incident_id=incident_id, at=clock.now(), actor=actor, action=action, from_status=from_status,
            to_status=to_status, assignee=assignee, reason=reason, comment=comment, rows=rows,
        )
    )  # fmt: skip


def _one(connection: Connection, query: Select) -> Row | None:
    return connection.execute(query).one_or_none()


def _is_of(unit: Unit) -> ColumnElement[bool]:
    rule_id, source, division_code = unit
    return (
        (incident.c.rule_id == rule_id)
        & (incident.c.source == source)
        & (func.coalesce(incident.c.division_code, "") == (division_code or ""))
    )


def _is_open() -> ColumnElement[bool]:
    return incident.c.status != "resolved"
