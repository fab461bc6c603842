"""Every page in a real browser: it draws, in both languages, wide and narrow, and asks nobody but this machine.

Needs chromium (`CHROMIUM`, or on the path). Screenshots go to tests/artifacts/.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import time
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from dashboards.serving import serve_command

pytestmark = pytest.mark.browser

TESTS = Path(__file__).resolve().parents[1]
ARTIFACTS = TESTS / "artifacts"
PAGES = [path.stem.partition("_")[2] for path in sorted((TESTS.parent / "dashboards" / "pages").glob("*.py"))]
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]
DRAWN = ".sb-lead"
# Streamlit's client looks for its server below the page's own path first; the two misses are its own.
OWN_MISSES = ("/_stcore/health", "/_stcore/host-config")


def _write_edition():
    path = TESTS / "dashboards" / "fixture_edition.py"
    spec = importlib.util.spec_from_file_location("fixture_edition_for_browser", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.write_edition


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """The address of the dashboards over a home of their own, and that home."""
    home, port = tmp_path_factory.mktemp("served"), _free_port()
    _write_edition()(home)
    server = subprocess.Popen(serve_command(port), env=os.environ | {"SHUANGBAI_HOME": str(home)})
    try:
        address = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + 60
        while True:
            try:
                urllib.request.urlopen(f"{address}/_stcore/health", timeout=1).close()
                break
            except OSError:
                assert time.monotonic() < deadline, "the dashboards did not start"
                time.sleep(0.2)
        yield address, home
    finally:
        server.terminate()
        server.wait(10)


@pytest.fixture(scope="module")
def browser():
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    assert chromium, "these tests need chromium: set CHROMIUM to its path"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser, served):
    """`open_page(path, width)`: a page fully drawn; at the end, nothing may have gone wrong or abroad."""
    address, _ = served
    complaints, abroad = [], []

    def complain(message) -> None:
        if message.type == "error" and not message.location["url"].endswith(OWN_MISSES):
            complaints.append(f"{message.text} {message.location['url']}")

    def look_out(request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname != "127.0.0.1":
            abroad.append(request.url)

    contexts = []

    def open_page(path: str, width: int = 1440) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900})
        contexts.append(context)
        page = context.new_page()
        page.on("console", complain)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", look_out)
        page.goto(f"{address}{path}")
        settle(page)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints
    assert not abroad


def settle(page: Page) -> None:
    page.wait_for_selector(DRAWN)
    page.wait_for_selector('.stApp[data-test-script-state="notRunning"]')


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_draws_and_fits(open_page, name, language, width):
    page = open_page(f"/{name}?lang={language}", width)
    page.wait_for_timeout(500)
    ARTIFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTIFACTS / f"{name}_{language}_{width}.png")
    assert page.locator(".stException").count() == 0
    assert page.get_by_text("Page not found").count() == 0
    main = page.locator(".stMain")
    assert main.evaluate("element => element.scrollWidth <= element.clientWidth"), "the page is wider than its window"


def test_a_township_opens_its_account_and_leads_down_to_the_cases(open_page):
    page = open_page("/?lang=zh")
    page.get_by_role("link", name="冶力关镇", exact=True).first.click()
    page.get_by_text("失分在").wait_for()
    assert "division=623021102000" in page.url
    page.locator(".parts a").first.click()
    page.get_by_text("是怎么算的").wait_for()
    assert "indicator=" in page.url


def test_the_interval_lies_where_its_ranks_are(open_page):
    page = open_page("/ranking?lang=zh")
    places = page.locator(".interval").evaluate_all(
        """bars => bars.map(bar => {
            const whole = bar.getBoundingClientRect(), band = bar.querySelector(".band").getBoundingClientRect();
            const dot = bar.querySelector(".dot").getBoundingClientRect(), style = getComputedStyle(bar);
            const step = whole.width / +style.getPropertyValue("--n");
            return {
                low: (band.left - whole.left) / step + 1 - style.getPropertyValue("--low"),
                high: (band.right - whole.left) / step - style.getPropertyValue("--high"),
                rank: ((dot.left + dot.right) / 2 - whole.left) / step + 0.5 - style.getPropertyValue("--rank"),
            };
        })"""
    )
    assert len(places) == 16
    assert all(abs(offset) < 0.05 for place in places for offset in place.values())


def test_slow_progress_unfolds_to_its_evidence(open_page):
    page = open_page("/ranking?lang=en")
    page.locator("summary").first.click()
    page.get_by_text("below the tolerated").first.wait_for()


def test_the_ways_to_compare_are_in_the_address(open_page):
    page = open_page("/compare?lang=en")
    page.get_by_text("Two townships", exact=True).click()
    page.locator(DRAWN, has_text="is ahead of").wait_for()
    settle(page)
    assert "mode=divisions" in page.url
    page.get_by_text("Two periods", exact=True).click()
    page.locator(DRAWN, has_text="points in").wait_for()
    page.locator(".fall").nth(2).wait_for()


def test_a_number_of_open_cases_narrows_the_list(open_page):
    page = open_page("/open?lang=en")
    page.locator("td.short a").first.click()
    page.wait_for_url("**urgency=overdue**")
    settle(page)
    assert "division=" in page.url


def test_a_sign_leads_to_its_rows(open_page):
    page = open_page("/data?lang=en")
    page.get_by_role("link", name="Instant replies").click()
    page.get_by_role("heading", name="Instant replies, Yangyong").wait_for()
    assert "signal=instant" in page.url


def test_language_and_period_are_kept_from_page_to_page(open_page):
    page = open_page("/ranking?lang=en&period=2026-08")
    page.get_by_role("link", name="Quality").click()
    page.get_by_text("August 2026:").wait_for()
    assert {"lang=en", "period=2026-08"} <= set(urlsplit(page.url).query.split("&"))


def test_choosing_a_period_changes_the_address(open_page):
    page = open_page("/ranking?lang=en")
    page.get_by_text("Quarter", exact=True).click()
    page.locator(DRAWN, has_text="Q3 2026").wait_for()
    assert "kind=quarter" in page.url


def test_a_new_edition_appears_without_a_restart(open_page, served):
    _, home = served
    page = open_page("/ranking?lang=zh")
    assert "1b2c3d4e" in page.locator(".stMain").inner_text().replace("\u2009", "")
    _write_edition()(home, "20261117T000512000000Z-2c3d4e5f", seed=3)
    page.get_by_text("2c3d4e5f").wait_for(timeout=40_000)
