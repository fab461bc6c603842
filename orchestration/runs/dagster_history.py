"""Dagster's own history of an installation: where it lies, how it is written, and how many runs are kept.

Dagster makes a database engine for each event, which compiles every statement anew, and forces each event to disk: of a
run over one small file that was a quarter. Here a file has one engine, and its transactions are left to the kernel:
nothing is lost with the last of them. `dagster dev` reads the same files by Dagster's own storage. What became of a run
is in the run record and the ledger; Dagster's history of it is some megabytes and goes after `KEPT` others.
"""

from __future__ import annotations

import shutil
from collections.abc import Generator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import dagster as dg
from dagster._core.instance import InstanceRef
from dagster._core.storage.event_log import SqliteEventLogStorage
from sqlalchemy import create_engine, event
from sqlalchemy.engine import Connection, Engine

from orchestration.installation.paths import DAGSTER_CONFIGURATION, Home

KEPT = 100


@contextmanager
def dagster_history(home: Home) -> Generator[dg.DagsterInstance]:
    """The instance to run a job with; on leaving, the oldest runs beyond `KEPT` are forgotten."""
    home.dagster.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(DAGSTER_CONFIGURATION, home.dagster / "dagster.yaml")
    log = {
        "module": EventLog.__module__,
        "class": EventLog.__name__,
        "config": {"base_dir": str(home.dagster / "history" / "runs")},
    }
    reference = InstanceRef.from_dir(str(home.dagster), overrides={"event_log_storage": log})
    with dg.DagsterInstance.from_ref(reference) as instance:
        yield instance
        for old in instance.get_run_records()[KEPT:]:
            run_id = old.dagster_run.run_id
            instance.delete_run(run_id)
            if (outputs := home.dagster / "storage" / run_id).exists():
                shutil.rmtree(outputs)


class EventLog(SqliteEventLogStorage):
    """One engine for each file (one for each run, and an index), from the first event to the last."""

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Any) -> EventLog:
        return cls(inst_data=inst_data, **config_value)

    def delete_events(self, run_id: str) -> None:
        """With the run's own file, which Dagster would leave empty and as large as it was."""
        super().delete_events(run_id)
        self._engines.pop(run_id).dispose()
        Path(self.path_for_shard(run_id)).unlink()

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
    def _connect(self, shard: str) -> Generator[Connection]:
        with self._db_lock, self._engine(shard).begin() as connection:
            yield connection

    def _engine(self, shard: str) -> Engine:
        if shard not in self._engines:
            engine = create_engine(self.conn_string_for_shard(shard), connect_args={"timeout": 60})
            event.listen(engine, "connect", lambda connection, _: connection.execute("pragma synchronous = off"))
            self._initdb(engine)
            self._engines[shard] = engine
        return self._engines[shard]
