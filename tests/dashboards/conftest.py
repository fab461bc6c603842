"""An edition from dice, below a home of its own, for the tests of the dashboards."""

from __future__ import annotations

import importlib.util
from pathlib import Path

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
