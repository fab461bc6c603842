"""Every page in a real browser: it draws, in both languages, wide and narrow, and asks nobody but this machine.

Needs chromium (`CHROMIUM`, or on the path). Screenshots go to tests/artifacts/.
"""

from __future__ import annotations

import datetime as dt
import importlib.util
import io
import os
import socket
import subprocess
import time
import urllib.request
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import xlsxwriter
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from python_calamine import CalamineWorkbook

from dashboards.documents import worklist
from dashboards.serving import serve_command
from orchestration.installation.paths import Home
from orchestration.workbench import Workbench
from orchestration.workbench.failures import failing_now

pytestmark = pytest.mark.browser

TESTS = Path(__file__).resolve().parents[1]
ARTIFACTS = TESTS / "artifacts"
PAGES = [path.stem.partition("_")[2] for path in sorted((TESTS.parent / "dashboards" / "pages").glob("*.py"))]
DRAWN = ".sb-lead"
TOWNSHIP = "623021102000"
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

    def open_page(path: str, width: int = 1440, scheme: str = "light") -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
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
    page = open_page("/ranking?lang=zh")
    page.get_by_role("link", name="冶力关镇", exact=True).first.click()
    page.get_by_text("怎样提分").wait_for()
    assert "division=623021102000" in page.url
    page.locator("h2#steps").locator("xpath=following::table[1]//a").first.click()
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


def _open_workbench(home: Path) -> Workbench:
    """The workbench with the incidents of the ledger, as a run leaves it."""
    workbench = Workbench.open(Home(home))
    workbench.sync("run-1", dt.date(2026, 11, 16), failing_now(Home(home), "run-1"))
    return workbench


def test_a_clerk_takes_an_incident(open_page, served):
    one = _open_workbench(served[1]).incidents(division_code=TOWNSHIP)[0]
    page = open_page(f"/incidents?lang=en&division={TOWNSHIP}")
    page.locator("td.sticky a").first.click()
    page.locator(".history").wait_for()
    assert "incident=" in page.url
    page.get_by_label("Your name").fill("Wang")
    page.get_by_label("Reason", exact=True).click()
    page.get_by_role("option", name="being looked into").click()
    page.get_by_label("Comment", exact=True).fill("looking")
    page.get_by_test_id("stFormSubmitButton").get_by_role("button").click()
    page.locator(".sb-done", has_text="Acknowledged.").wait_for()
    page.locator(".history li", has_text="looking").wait_for()
    found = _open_workbench(served[1]).incidents(division_code=TOWNSHIP)
    assert [incident.status for incident in found].count("acknowledged") == 1
    assert one.status == "new"


def test_a_row_is_ticked_and_waived(open_page, served):
    page = open_page(f"/quality?lang=en&division={TOWNSHIP}&rule=gpl_id_valid&source=gpl_resident")
    table = page.get_by_test_id("stDataFrame")
    table.scroll_into_view_if_needed()
    page.wait_for_timeout(1000)
    table.click(position={"x": 16, "y": 52})
    page.get_by_text("Waive the row ticked").wait_for()
    page.get_by_label("Your name").fill("Wang")
    page.get_by_label("Reason", exact=True).click()
    page.get_by_role("option", name="a document was seen").click()
    page.get_by_label("Comment", exact=True).fill("seen")
    page.get_by_role("button", name="Waive", exact=True).click()
    page.locator(".sb-done", has_text="One row is waived").wait_for()
    assert [one.comment for one in _open_workbench(served[1]).waivers()] == ["seen"]


def test_a_list_goes_out_and_its_answers_come_back(open_page, served, tmp_path):
    page = open_page(f"/incidents?lang=zh&desk=lists&division={TOWNSHIP}")
    with page.expect_download() as download:
        page.get_by_role("button", name="导出冶力关镇的清单").click()
    path = tmp_path / "list.xlsx"
    download.value.save_as(path)
    assert "冶力关镇" in download.value.suggested_filename
    _answer_first_row(path)
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(path)
    page.get_by_text("的清单：可登记").wait_for()
    page.get_by_label("经办人").fill("王某")
    page.get_by_role("button", name="行答复").click()
    page.locator(".sb-done", has_text="新答复").wait_for()
    assert [one.answer for one in _open_workbench(served[1]).answers()] == ["corrected"]


def _answer_first_row(path: Path) -> None:
    """Fills in the list as a spreadsheet program would save it."""
    sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    sheet[worklist.TOP + 1][list(worklist.COLUMNS).index("answer")] = "已更正"
    with xlsxwriter.Workbook(path) as book:
        target = book.add_worksheet()
        for at, row in enumerate(sheet):
            for place, cell in enumerate(row):
                target.write_string(at, place, str(cell))


def test_the_results_are_taken_away_as_a_document_that_asks_nobody(open_page, browser, tmp_path):
    page = open_page("/rules?lang=zh")
    with page.expect_download() as download:
        page.get_by_role("button", name="下载校验结果").click()
    path = tmp_path / "results.html"
    download.value.save_as(path)
    context = browser.new_context(offline=True, java_script_enabled=False)
    alone = context.new_page()
    alone.goto(path.as_uri())
    alone.get_by_text("没有容许的误差").first.wait_for()
    assert not alone.get_by_text("tolerates nothing else").first.is_visible()
    alone.get_by_label("English").check()
    assert alone.get_by_text("tolerates nothing else").first.is_visible()
    context.close()


def test_language_and_period_are_kept_from_page_to_page(open_page):
    page = open_page("/ranking?lang=en&period=2026-08")
    page.get_by_role("link", name="Quality").click()
    page.locator(DRAWN, has_text="August 2026").wait_for()
    assert {"lang=en", "period=2026-08"} <= set(urlsplit(page.url).query.split("&"))


@pytest.mark.parametrize("path", [
    "/township?lang=zh&division=623021102000&indicator=data_update#cases", "/quality?lang=en#rows",
    "/ranking?lang=zh#improvement", "/open?lang=en#list", "/data?lang=zh#deliveries",
])  # fmt: skip
def test_an_address_opens_at_its_place_until_the_reader_moves(open_page, path):
    page = open_page(path)
    place = page.locator(f"#{path.partition('#')[2]}")
    # At the top, or as far up as the page goes; drawing what lies above takes as long as the machine is busy.
    page.wait_for_function(
        """id => {
        const main = document.querySelector(".stMain"), top = document.getElementById(id)?.getBoundingClientRect().top;
        const left = main.scrollHeight - main.clientHeight - main.scrollTop;
        return top > 40 && (top < 120 || (left < 2 && top < 900));
    }""",
        arg=path.partition("#")[2],
    )
    page.wait_for_timeout(500)
    where = place.evaluate("one => one.getBoundingClientRect().top")
    page.mouse.move(20, 450)
    page.mouse.wheel(0, -200)
    page.wait_for_timeout(700)
    assert place.evaluate("one => one.getBoundingClientRect().top") >= where + 100


def test_the_page_is_in_the_language_of_its_address(open_page):
    page = open_page("/ranking?lang=en")
    assert page.locator("html").get_attribute("lang") == "en"
    page.get_by_text("中文", exact=True).click()
    page.wait_for_url("**lang=zh**")
    page.wait_for_function("document.documentElement.lang === 'zh-CN'")


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


ACCUSED = {"serious", "critical"}
VIEWS = [
    *PAGES,
    f"township?division={TOWNSHIP}&indicator=data_update",
    "compare?mode=divisions",
    "compare?mode=domains",
    "compare?mode=spread",
    "whatif?trial=data_update.target~0.9",
]


@pytest.mark.parametrize(("language", "scheme"), [("zh", "light"), ("en", "dark")])
@pytest.mark.parametrize("view", VIEWS)
def test_nothing_keeps_a_reader_out(open_page, view, language, scheme):
    page = open_page(f"/{view}{'&' if '?' in view else '?'}lang={language}", scheme=scheme)
    page.wait_for_timeout(800)
    found = Axe().run(page).response["violations"]
    assert not [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ACCUSED]
    levels = [int(level) for level in page.locator("h1, h2, h3").evaluate_all("all => all.map(one => one.tagName[1])")]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_a_reader_without_a_mouse_gets_from_the_month_to_a_township(open_page):
    page = open_page("/month?lang=zh")
    for _ in range(60):
        page.keyboard.press("Tab")
        target = page.evaluate("document.activeElement.getAttribute('href') || ''")
        if target.startswith("township?"):
            break
    else:
        pytest.fail("no link to a township can be reached with the keyboard")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    page.keyboard.press("Enter")
    page.get_by_text("怎样提分").wait_for()


@pytest.mark.parametrize("form", ["Excel workbook", "CSV text", "Web page"])
@pytest.mark.parametrize("name", ["month", "whatif"])
def test_a_view_can_be_taken_away(open_page, served, name, form):
    page = open_page(f"/{name}?lang=en")
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name=form).click()
    content = Path(waiting.value.path()).read_bytes()
    assert waiting.value.suggested_filename.startswith(
        "shuangbai-hypothetical" if name == "whatif" else "shuangbai-month"
    )
    if form == "Excel workbook":
        sheets = CalamineWorkbook.from_filelike(io.BytesIO(content))
        content = "".join(str(sheets.get_sheet_by_name(sheet).to_python()) for sheet in sheets.sheet_names).encode()
    text = content.decode("utf-8-sig")
    assert (served[1] / "editions" / "current").resolve().name in text
    assert "synthetic" in text
    assert "Registered coverage" in text
    assert ("Hypothetical" in text) == (name == "whatif")


def test_a_target_changed_in_the_table_moves_places_and_goes_into_the_address(open_page):
    page = open_page("/whatif?lang=en")
    assert "the trial is the official result" in page.locator(DRAWN).inner_text()
    grid = page.get_by_test_id("stDataFrame").locator("canvas").first
    page.wait_for_timeout(1500)
    box = grid.bounding_box()
    page.mouse.dblclick(box["x"] + box["width"] * 0.5, box["y"] + 35 * 3.5)
    cell = page.locator("#portal input")
    cell.fill("60")
    cell.press("Enter")
    page.locator(DRAWN, has_text="one rule were changed").wait_for()
    settle(page)
    assert "trial=data_update.target" in page.url
    page.get_by_role("button", name="Back to the rules in force").click()
    page.locator(DRAWN, has_text="the trial is the official result").wait_for()


def test_the_month_prints_on_paper_without_its_controls(open_page):
    page = open_page("/month?lang=zh")
    page.emulate_media(media="print")
    assert not page.locator(".st-key-controls").is_visible()
    assert page.locator(DRAWN).is_visible()
    assert len(page.pdf(format="A4")) > 10_000
