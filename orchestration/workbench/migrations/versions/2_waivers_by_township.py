"""A waived row is its number in its township, no longer its number alone."""

from alembic import op
from sqlalchemy import text

revision, down_revision = "2", "1"


def upgrade() -> None:
    op.drop_index("one_active_waiver", "waiver")
    op.create_index(
        "one_active_waiver",
        "waiver",
        ["rule_id", "source", "record_ref", text("coalesce(division_code, '')")],
        unique=True,
        sqlite_where=text("withdrawn_at is null"),
        postgresql_where=text("withdrawn_at is null"),
    )
