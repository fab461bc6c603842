"""DuckDB as Great Expectations can read it: the one shim between the two.

Great Expectations fetches rows after it has handed the connection back to the pool; the pool then rolls back, and on
duckdb-engine, whose cursors are the connection itself, a rollback throws the rows away ("list index out of range"). A
reader has nothing to begin, commit or roll back, so this dialect does not. Nothing else belongs here.
"""

from __future__ import annotations

from typing import Any

from duckdb_engine import Dialect
from sqlalchemy.dialects import registry

READING_URL = "duckdb+reading://"


class ReadingDialect(Dialect):
    """duckdb-engine without transactions, for connections that only read."""

    supports_statement_cache = False

    def do_begin(self, connection: Any) -> None:
        """Nothing to begin."""

    def do_commit(self, dbapi_connection: Any) -> None:
        """Nothing to commit."""

    def do_rollback(self, connection: Any) -> None:
        """Nothing to roll back; results stay readable."""


registry.register("duckdb.reading", __name__, ReadingDialect.__name__)
