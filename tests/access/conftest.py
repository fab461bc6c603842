"""Dashboards that one has to sign in to, over an edition from dice, with a provider of their own on this machine."""

from __future__ import annotations

import importlib.util
import os
import re
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb
import httpx2
import pytest
import yaml

from dashboards.serving import serve_command

TESTS = Path(__file__).resolve().parents[1]
OWN, OTHER, COUNTY = "623021102000", "623021103000", "623021000000"
READERS = {
    "leader": ("leadership", ""),
    "planner": ("planner", ""),
    "quality": ("quality", ""),
    "own@example.org": ("township", OWN),
}


def load(path: Path, name: str):
    """A module of the tests; tests are no package."""
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


write_edition = load(TESTS / "dashboards" / "fixture_edition.py", "fixture_edition_for_access").write_edition
provider_of = load(Path(__file__).with_name("provider.py"), "access_provider")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class Served:
    """The dashboards of one home: where, with which provider, and a way to sign in without a browser."""

    address: str
    home: Path
    provider: object
    process: subprocess.Popen

    def client(self) -> httpx2.Client:
        return httpx2.Client(base_url=self.address, follow_redirects=False, timeout=20)

    def sign_in(self, person: str, asked: str = "/") -> tuple[httpx2.Client, httpx2.Response]:
        """Walks the whole flow as a browser would; the client with its cookies, and the answer of the way back."""
        client = self.client()
        away = client.get(client.get("/sign-in/start", params={"next": asked}).headers["location"])
        form = client.get(away.headers["location"]).text
        hidden = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form.replace("&amp;", "&")))
        back = client.post(f"{self.provider.address}/chosen", data={**hidden, "person": person})
        return client, client.get(back.headers["location"])

    def log(self) -> list[dict]:
        files = sorted((self.home / "logs").glob("access-*.jsonl"))
        return [yaml.safe_load(line) for file in files for line in file.read_text().splitlines()]

    def write_readers(self, readers: dict[str, tuple[str, str]]) -> None:
        rows = [f"{name},{role},{division}" for name, (role, division) in readers.items()]
        (self.home / "readers.csv").write_text("\n".join(["reader,role,division_code", *rows]) + "\n", encoding="utf-8")


# Townships' files, and results of villages, which the edition from dice does not have.
FILE = """
    insert into fct_batch by name
    select * replace ('own' as batch_id, '623021102' as scope_code, 'own.csv' as file_name) from fct_batch limit 1;
    insert into fct_batch by name
    select * replace ('other' as batch_id, '623021106' as scope_code, 'theirs.csv' as file_name) from fct_batch limit 1;
"""
VILLAGES = """
    insert into fct_indicator_result by name
    select result.* replace (
        village.division_code as division_code, 'village' as level,
        numerator // 3 as numerator, denominator // 3 as denominator, 0 as pending
    )
    from fct_indicator_result as result
    inner join dim_division as village on village.parent_code = result.division_code and village.level = 'village'
    where not exists (select 1 from fct_indicator_result where level = 'village')
"""


@pytest.fixture(scope="session")
def edition_home(tmp_path_factory) -> Path:
    """A home with one edition; tests only read it."""
    home = tmp_path_factory.mktemp("edition")
    path = write_edition(home)
    with duckdb.connect(str(path)) as database:
        database.execute(VILLAGES)
        database.execute(FILE)
    return home


@pytest.fixture(scope="session")
def edition_path(edition_home) -> Path:
    return (edition_home / "editions" / "current" / "shuangbai.duckdb").resolve()


@pytest.fixture(scope="session")
def serve(tmp_path_factory):
    """`serve(**settings)`: dashboards with these settings beside the usual ones; stopped at the end."""
    started = []

    def start(**settings) -> Served:
        home, port = tmp_path_factory.mktemp("served"), free_port()
        write_edition(home)
        provider = provider_of.Provider(free_port())
        provider.people["mail"] = {"email": "Own@example.org", "email_verified": True}
        provider.people["liar"] = {"email": "own@example.org", "email_verified": False}
        provider.start()
        address = f"http://127.0.0.1:{port}"
        given = {
            "address": address,
            "provider": {
                "metadata": f"{provider.address}/.well-known/openid-configuration",
                "client_id": provider_of.CLIENT_ID,
                "client_secret_variable": "SHUANGBAI_TEST_SECRET",
            },
            "readers": "readers.csv",
            **settings,
        }
        (home / "access.yml").write_text(yaml.safe_dump(given), encoding="utf-8")
        environment = os.environ | {
            "SHUANGBAI_HOME": str(home),
            "SHUANGBAI_TEST_SECRET": provider_of.CLIENT_SECRET,
            "PYTHONPATH": os.pathsep.join([str(TESTS.parent), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]),
        }
        served = Served(address, home, provider, None)
        served.write_readers(READERS)
        with (home / "server.log").open("w") as output:
            served.process = subprocess.Popen(serve_command(port), env=environment, stdout=output, stderr=output)
        started.append(served)
        _wait(served)
        return served

    yield start
    for served in started:
        served.process.terminate()
        served.process.wait(10)
        served.provider.stop()


def _wait(served: Served) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            httpx2.get(f"{served.address}/_stcore/health", timeout=1)
            return
        except httpx2.HTTPError:
            assert served.process.poll() is None, (served.home / "server.log").read_text()
            time.sleep(0.2)
    raise AssertionError("the dashboards did not start")


@pytest.fixture(scope="session")
def served(serve) -> Served:
    """Dashboards for READERS; a test leaves them as they were."""
    return serve()
