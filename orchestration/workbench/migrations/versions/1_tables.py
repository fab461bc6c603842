"""The first tables."""

from alembic import op
from sqlalchemy import Column, Date, DateTime, ForeignKey, Integer, String, Text, text

revision, down_revision = "1", None


def upgrade() -> None:
    op.create_table(
        "incident",
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
        Column("resolved_at", DateTime),
        Column("resolved_by", Text),
        Column("previous_id", Integer, ForeignKey("incident.id")),
    )
    _create_unique(
        "one_open_incident",
        "incident",
        ["rule_id", "source", text("coalesce(division_code, '')")],
        "status != 'resolved'",
    )
    op.create_table(
        "event",
        Column("id", Integer, primary_key=True),
        Column("incident_id", Integer, ForeignKey("incident.id"), nullable=False),
        Column("at", DateTime, nullable=False),
        Column("actor", Text, nullable=False),
        Column("action", String(20), nullable=False),
        Column("from_status", String(20)),
        Column("to_status", String(20)),
        Column("assignee", Text),
        Column("reason", String(50)),
        Column("comment", Text),
        Column("rows", Integer),
    )
    op.create_index("ix_event_incident_id", "event", ["incident_id"])
    op.create_table(
        "waiver",
        Column("id", Integer, primary_key=True),
        *_row_columns(),
        Column("reason", String(50), nullable=False),
        Column("comment", Text, nullable=False),
        Column("author", Text, nullable=False),
        Column("created_at", DateTime, nullable=False),
        Column("expires_on", Date, nullable=False),
        Column("withdrawn_at", DateTime),
        Column("withdrawn_by", Text),
        Column("withdrawn_comment", Text),
    )
    _create_unique("one_active_waiver", "waiver", ["rule_id", "source", "record_ref"], "withdrawn_at is null")
    op.create_table(
        "answer",
        Column("id", Integer, primary_key=True),
        *_row_columns(),
        Column("answer", String(20), nullable=False),
        Column("comment", Text, nullable=False),
        Column("actor", Text, nullable=False),
        Column("file_name", Text, nullable=False),
        Column("given_at", DateTime, nullable=False),
    )
    op.create_index("answers_of_a_row", "answer", ["rule_id", "source", "record_ref"])
    op.create_table(
        "announcement",
        Column("id", Integer, primary_key=True),
        Column("channel", Text, nullable=False),
        Column("kind", String(50), nullable=False),
        Column("subject", Text, nullable=False),
        Column("source", Text, nullable=False),
        Column("division_code", String(12), nullable=False),
        Column("period", String(10), nullable=False),
        Column("announced_at", DateTime, nullable=False),
        Column("recovered_at", DateTime),
    )
    _create_unique(
        "announced_once",
        "announcement",
        ["channel", "kind", "subject", "source", "division_code", "period"],
        "recovered_at is null",
    )


def _row_columns() -> list[Column]:
    return [
        Column("rule_id", Text, nullable=False),
        Column("source", Text, nullable=False),
        Column("record_ref", Text, nullable=False),
        Column("division_code", String(12)),
    ]


def _create_unique(name: str, table: str, columns: list, where: str) -> None:
    op.create_index(name, table, columns, unique=True, sqlite_where=text(where), postgresql_where=text(where))
