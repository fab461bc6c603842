"""An empty workbench on each engine. The PostgreSQL server is the tests' own: a temporary cluster on a free port, run
by an unprivileged user, gone afterwards."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from orchestration.installation.paths import Home
from orchestration.workbench import Workbench

UNPRIVILEGED = ("postgres", "nobody")
ENGINES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


def programs() -> Path:
    """The folder of initdb and postgres; Debian keeps them off the path, one folder a version."""
    found = [Path(path) for path in [shutil.which("initdb")] if path]
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    assert found, "PostgreSQL's programs are not installed: make test-postgres"
    return found[-1].parent


def unprivileged() -> dict[str, object]:
    """As whom the server runs: PostgreSQL refuses to be root."""
    if os.getuid():
        return {}
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    user = next(known[name] for name in UNPRIVILEGED if name in known)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a server, without a database. Its password is needed and nobody else's."""
    bin_folder, identity, password = programs(), unprivileged(), secrets.token_hex(16)
    folder = Path(tempfile.mkdtemp(prefix="shuangbai-postgres-"))
    (folder / "password").write_text(password)
    if identity:
        for path in (folder, folder / "password"):
            os.chown(path, identity["user"], identity["group"])
    port, data = free_port(), folder / "data"
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C", "HOME": str(folder)}

    def call(program: str, *arguments: object) -> None:
        # pg_ctl leaves the server behind with the streams it was given: a file, or its end would be waited for.
        with (folder / "log").open("w") as log:
            code = subprocess.call(
                [bin_folder / program, *map(str, arguments)],
                **identity, cwd=folder, env=environment, stdout=log, stderr=log,
            )  # fmt: skip
        assert code == 0, (folder / "log").read_text()

    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
    try:
        call("initdb", "-D", data, "-U", "clerk", "-A", "scram-sha-256", "--pwfile", folder / "password", "-E", "UTF8")
        call("pg_ctl", "-D", data, "-w", "-l", folder / "server.log", "-o", options, "start")
        try:
            yield f"postgresql://clerk:{password}@127.0.0.1:{port}"
        finally:
            call("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=ENGINES)
def home(request, tmp_path, monkeypatch) -> Iterator[Home]:
    """An installation whose workbench is empty, on the engine of the test."""
    monkeypatch.delenv("SHUANGBAI_WORKBENCH_URL", raising=False)
    if request.param == "sqlite":
        yield Home(tmp_path)
        return
    server = request.getfixturevalue("postgres_server")
    name = f"workbench_{secrets.token_hex(4)}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"create database {name}")
        monkeypatch.setenv("SHUANGBAI_WORKBENCH_URL", f"{server}/{name}")
        yield Home(tmp_path)
        connection.execute(f"drop database {name} with (force)")


@pytest.fixture
def workbench(home) -> Workbench:
    return Workbench.open(home)
