"""What tests of more than one folder share: the real browser, and that whole runs come first."""

from __future__ import annotations

import functools
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from orchestration.installation.paths import Home
    from orchestration.warehouse_build.audit import ExecutedCheck

# Chromium itself asks the network for nothing, so that whatever does is a page's fault.
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]


# Files of whole runs take minutes each: begun last, they would keep one processor waiting for the other.
LONGEST_FIRST = ("end_to_end", "faults", "orchestration", "warehouse")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def place(item: pytest.Item) -> int:
        folder = item.path.relative_to(Path(__file__).parent).parts[0]
        return LONGEST_FIRST.index(folder) if folder in LONGEST_FIRST else len(LONGEST_FIRST)

    items.sort(key=place)


@pytest.fixture(scope="session", autouse=True)
def installed_packages_are_looked_through_once() -> Iterator[None]:
    """For Streamlit's components: each page run would do it anew, for three quarters of its time."""
    with pytest.MonkeyPatch.context() as patch:
        if "streamlit.testing.v1" in sys.modules:
            from streamlit.components.v2 import manifest_scanner

            once = functools.cache(manifest_scanner.scan_component_manifests)
            patch.setattr(manifest_scanner, "scan_component_manifests", once)
        yield


@pytest.fixture(scope="module")
def browser():
    """Debian's chromium (`CHROMIUM`, or on the path), without a window."""
    from playwright.sync_api import sync_playwright

    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    assert chromium, "these tests need chromium: set CHROMIUM to its path"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def let_pass() -> Callable[..., None]:
    """Lets a builder's file that was made by hand pass all checks: every step gives its word on what it holds."""
    from expectations.findings import CREATE_KEPT
    from orchestration.lake import catalogue
    from orchestration.warehouse_build import audit
    from orchestration.warehouse_build.fingerprint import build_fingerprint

    def give_all_words(home: Home, checks: Sequence[ExecutedCheck] = ()) -> None:
        with catalogue.warehouse_connection(home) as connection:
            connection.execute(catalogue.CREATE)
            connection.execute(CREATE_KEPT)
            connection.execute("delete from lake.made_by")
            connection.execute("insert into lake.made_by values ($1)", [build_fingerprint(home)])
            for step in audit.STEPS:
                audit.begin(connection, step)
                audit.keep_checks(connection, step, checks if step == "warehouse" else ())
                audit.end(connection, home, step, "run1", passed=True)

    return give_all_words
