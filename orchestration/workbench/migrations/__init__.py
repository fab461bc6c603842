"""The history of the workbench's tables: one alembic revision for each version.

Here: which version a database has, and bringing it to the newest. Not here: the tables as they are now (`schema`; a
test compares both), connecting and locking (`database`). A change of a table is a new file in `versions/` that names
the version before as its `down_revision`; a revision that is out stays as it is.
"""

from __future__ import annotations

import threading
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

# Databases of before alembic tell their version, which is the revision of that name, in a table of their own.
BEFORE_ALEMBIC = "schema_version"
# What revisions act on (`alembic.op`) is one for the process.
_one_at_a_time = threading.Lock()


def version_of(connection: Connection) -> str | None:
    """The version of a database; None of an empty one."""
    return _revision(connection) or _version_before_alembic(connection)


def is_newest(connection: Connection) -> bool:
    """Whether there is nothing to bring forward."""
    return _revision(connection) == known_versions()[-1]


@cache
def known_versions() -> tuple[str, ...]:
    """Oldest first."""
    revisions = ScriptDirectory.from_config(_config()).walk_revisions()
    return tuple(reversed([revision.revision for revision in revisions]))


def upgrade(connection: Connection) -> None:
    """To the newest version, within the transaction of `connection`. Its version must be known."""
    with _one_at_a_time:
        config = _config()
        config.attributes["connection"] = connection
        if _revision(connection) is None and (version := _version_before_alembic(connection)):
            command.stamp(config, version)
            connection.execute(text(f"drop table {BEFORE_ALEMBIC}"))
        command.upgrade(config, "head")


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _version_before_alembic(connection: Connection) -> str | None:
    if not inspect(connection).has_table(BEFORE_ALEMBIC):
        return None
    return str(connection.scalar(text(f"select version from {BEFORE_ALEMBIC}")))


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    return config
