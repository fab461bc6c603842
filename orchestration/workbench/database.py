"""The database of the workbench: a file of the installation, or a PostgreSQL server by its URL.

Here: connecting, transactions, who brings the tables forward. Not here: what is written, or the tables' history
(`migrations`). One writer at a time on both engines - SQLite knows no other way, PostgreSQL takes a lock of its own -
so that whatever reads before it writes is right without a second thought; a county's clerks do not wait for each
other's milliseconds.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, NullPool, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from orchestration.installation.lock import exclusive
from orchestration.installation.paths import Home
from orchestration.workbench.errors import WorkbenchError
from orchestration.workbench.migrations import is_newest, known_versions, upgrade, version_of

URL_VARIABLE = "SHUANGBAI_WORKBENCH_URL"
WAIT_SECONDS = 30
WRITER_LOCK = 7_231_022_021  # Any number, the same for all writers of the workbench.


def workbench_url(home: Home) -> URL:
    """`SHUANGBAI_WORKBENCH_URL`, or the installation's own file. Raises WorkbenchError for one that is no such URL."""
    given = os.environ.get(URL_VARIABLE)
    if not given:
        return URL.create("sqlite", database=str(home.workbench))
    try:
        url = make_url(given)
    except ArgumentError:
        raise WorkbenchError("workbench.bad_url", variable=URL_VARIABLE) from None
    match url.get_backend_name():
        case "sqlite" if url.database and url.database != ":memory:":
            return url
        case "postgresql" | "postgres":
            return url.set(drivername="postgresql+psycopg")
    raise WorkbenchError("workbench.bad_url", variable=URL_VARIABLE)


class Database:
    """One database. A connection lives as long as its transaction: nothing goes stale or is carried over a fork."""

    def __init__(self, home: Home) -> None:
        """Connects and brings the tables to the newest version. Raises WorkbenchError (unreachable, other version)."""
        self._url = workbench_url(home)
        self._is_file = self._url.get_backend_name() == "sqlite"
        home.root.mkdir(parents=True, exist_ok=True)
        arguments = {"timeout": WAIT_SECONDS} if self._is_file else {"connect_timeout": WAIT_SECONDS // 3}
        try:
            self._engine = create_engine(self._url, poolclass=NullPool, connect_args=arguments, hide_parameters=True)
        except (ModuleNotFoundError, NoSuchModuleError):
            raise WorkbenchError("workbench.no_driver") from None
        if self._is_file:
            _begin_as_told(self._engine)
        with self.reading() as connection:
            is_ready = is_newest(connection)
        if not is_ready:
            self._upgrade()

    def _upgrade(self) -> None:
        """By whoever comes first; the others find it done. What a newer software made is left alone, not guessed at."""
        if self._is_file:
            self._write_ahead()
        with self.writing() as connection:
            found, known = version_of(connection), known_versions()
            if found not in (None, *known):
                raise WorkbenchError("workbench.other_version", place=self.place, found=found, expected=known[-1])
            upgrade(connection)

    def _write_ahead(self) -> None:
        """Let readers of the file read while somebody writes. SQLite waits for nobody when it turns a file so."""
        with exclusive(Path(f"{self.place}.lock"), WAIT_SECONDS), self._engine.connect() as connection:
            driver: Any = connection.connection.driver_connection
            driver.execute("pragma journal_mode = wal")

    @property
    def place(self) -> str:
        """Where it is, without the password."""
        return (self._url.database or "") if self._is_file else self._url.render_as_string(hide_password=True)

    @contextmanager
    def reading(self) -> Generator[Connection]:
        """One state of everything; waits for nobody. Raises WorkbenchError if the database cannot be reached."""
        options = {} if self._is_file else {"isolation_level": "REPEATABLE READ"}
        with self._transaction(self._engine.execution_options(**options)) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Generator[Connection]:
        """The only writer until it ends; all or nothing. Raises WorkbenchError if unreachable or kept waiting."""
        with self._transaction(self._engine.execution_options(is_write=True)) as connection:
            if not self._is_file:
                connection.execute(text(f"set local lock_timeout = '{WAIT_SECONDS}s'"))
                connection.execute(text(f"select pg_advisory_xact_lock({WRITER_LOCK})"))
            yield connection

    @contextmanager
    def _transaction(self, engine: Engine) -> Generator[Connection]:
        try:
            with engine.begin() as connection:
                yield connection
        except DBAPIError as error:
            # The driver's own words are for the log; they repeat no parameter.
            raise WorkbenchError("workbench.unreachable", place=self.place, kind=type(error.orig).__name__) from error


def _begin_as_told(engine: Engine) -> None:
    """Take transactions out of the driver's hands: a writer locks when it begins, not when it first writes."""

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        connection.execute("pragma foreign_keys = on")
        connection.execute("pragma synchronous = full")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        is_write = connection.get_execution_options().get("is_write")
        connection.exec_driver_sql("begin immediate" if is_write else "begin")
