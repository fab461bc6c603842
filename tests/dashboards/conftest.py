"""An edition from dice, below a home of its own, for the tests of the dashboards."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path

import duckdb
import pytest


def _load_fixture_edition():
    path = Path(__file__).with_name("fixture_edition.py")
    spec = importlib.util.spec_from_file_location("fixture_edition", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def write_edition():
    """`write_edition(home, edition_id, is_synthetic=..., seed=...)`: see fixture_edition.py."""
    return _load_fixture_edition().write_edition


@pytest.fixture(scope="session")
def published_home(write_edition, tmp_path_factory) -> Path:
    """A home with one edition; tests only read it."""
    home = tmp_path_factory.mktemp("published")
    write_edition(home)
    return home


@pytest.fixture
def home(published_home, monkeypatch):
    monkeypatch.setenv("SHUANGBAI_HOME", str(published_home))
    return published_home


@pytest.fixture
def changed_home(published_home, tmp_path, monkeypatch):
    """`changed_home(*statements)`: a copy of the home whose edition was changed before it is shown."""

    def change(*statements: str) -> Path:
        shutil.copytree(published_home, tmp_path / "home", symlinks=True)
        edition = tmp_path / "home" / "editions" / "current" / "shuangbai.duckdb"
        with duckdb.connect(str(edition)) as database:
            for statement in statements:
                database.execute(statement)
        monkeypatch.setenv("SHUANGBAI_HOME", str(tmp_path / "home"))
        return tmp_path / "home"

    return change
