"""The tables of the workbench.

Here: their columns and what must be unique. Not here: who writes them, or how they came to be (`migrations`: a change
here is a new version there). Days are the runs', moments are UTC. The township is 12 digits or null.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    func,
    literal_column,
)

metadata = MetaData()


class Moment(TypeDecorator[datetime]):
    """A moment in UTC: stored without zone, because SQLite has none, and given back with it."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value and value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value and value.replace(tzinfo=UTC)


def _row_columns() -> list[Column]:
    return [
        Column("rule_id", Text, nullable=False),
        Column("source", Text, nullable=False),
        Column("record_ref", Text, nullable=False),
        Column("division_code", String(12)),
    ]


incident = Table(
    "incident",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("rule_id", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("division_code", String(12)),
    Column("status", String(20), nullable=False),
    Column("assignee", Text),
    Column("version", Integer, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("opened_on", Date, nullable=False),
    Column("last_seen_on", Date, nullable=False),
    Column("last_run", String(50), nullable=False),
    Column("runs_failing", Integer, nullable=False),
    Column("resolved_at", Moment),
    Column("resolved_by", Text),
    Column("previous_id", ForeignKey("incident.id")),
)
_township = func.coalesce(incident.c.division_code, literal_column("''"))
_is_open = incident.c.status != literal_column("'resolved'")
Index(
    "one_open_incident",
    incident.c.rule_id, incident.c.source, _township,
    unique=True, sqlite_where=_is_open, postgresql_where=_is_open,
)  # fmt: skip

event = Table(
    "event",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("incident_id", ForeignKey("incident.id"), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", String(20), nullable=False),
    Column("from_status", String(20)),
    Column("to_status", String(20)),
    Column("assignee", Text),
    Column("reason", String(50)),
    Column("comment", Text),
    Column("rows", Integer),
)

waiver = Table(
    "waiver",
    metadata,
    Column("id", Integer, primary_key=True),
    *_row_columns(),
    Column("reason", String(50), nullable=False),
    Column("comment", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_on", Date, nullable=False),
    Column("withdrawn_at", Moment),
    Column("withdrawn_by", Text),
    Column("withdrawn_comment", Text),
)
_is_active = waiver.c.withdrawn_at.is_(None)
Index(
    "one_active_waiver",
    waiver.c.rule_id, waiver.c.source, waiver.c.record_ref, func.coalesce(waiver.c.division_code, literal_column("''")),
    unique=True, sqlite_where=_is_active, postgresql_where=_is_active,
)  # fmt: skip

answer = Table(
    "answer",
    metadata,
    Column("id", Integer, primary_key=True),
    *_row_columns(),
    Column("answer", String(20), nullable=False),
    Column("comment", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("given_at", Moment, nullable=False),
    Index("answers_of_a_row", "rule_id", "source", "record_ref"),
)

announcement = Table(
    "announcement",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("kind", String(50), nullable=False),
    Column("subject", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("division_code", String(12), nullable=False),
    Column("period", String(10), nullable=False),
    Column("announced_at", Moment, nullable=False),
    Column("recovered_at", Moment),
)
_is_standing = announcement.c.recovered_at.is_(None)
Index(
    "announced_once",
    *(announcement.c[name] for name in ("channel", "kind", "subject", "source", "division_code", "period")),
    unique=True, sqlite_where=_is_standing, postgresql_where=_is_standing,
)  # fmt: skip
