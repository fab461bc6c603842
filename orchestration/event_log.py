"""Dagster's event log in its own SQLite files, written faster by the process that runs the job.

Dagster makes a database engine for each event, which compiles every statement anew, and forces each event to disk: of a
run over one small file that was a quarter. Here a file has one engine, and its transactions are left to the kernel:
nothing is lost with the last of them. `dagster dev` reads the same files by Dagster's own storage.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from dagster._core.storage.event_log import SqliteEventLogStorage
from sqlalchemy import create_engine, event
from sqlalchemy.engine import Connection, Engine


class EventLog(SqliteEventLogStorage):
    """One engine for each file, from the first event to the last."""

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: dict[str, str]) -> EventLog:
        return cls(inst_data=inst_data, **config_value)

    def dispose(self) -> None:
        super().dispose()
        for engine in self._engines.values():
            engine.dispose()

    def has_table(self, table_name: str) -> bool:
        """Asked before every check that is stored."""
        if table_name not in self._found and super().has_table(table_name):
            self._found.add(table_name)
        return table_name in self._found

    @cached_property
    def _found(self) -> set[str]:
        return set()

    @cached_property
    def _engines(self) -> dict[str, Engine]:
        return {}

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock, self._engine(shard).begin() as connection:
            yield connection

    def _engine(self, shard: str) -> Engine:
        if shard not in self._engines:
            engine = create_engine(self.conn_string_for_shard(shard), connect_args={"timeout": 60})
            event.listen(engine, "connect", lambda connection, _: connection.execute("pragma synchronous = off"))
            self._initdb(engine)
            self._engines[shard] = engine
        return self._engines[shard]
