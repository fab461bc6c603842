"""Signing in, reading and leaving as a person does: in Chromium, at a provider, where cases of others are about."""

from __future__ import annotations

import re
import time
from pathlib import Path
from urllib.parse import urlsplit

import duckdb
import pytest
import yaml
from playwright.sync_api import BrowserContext, Page, expect

pytestmark = pytest.mark.browser

OWN, OTHER = "623021102000", "623021106000"
ROOT = Path(__file__).resolve().parents[2]
OPEN_TO = yaml.safe_load((ROOT / "dashboards" / "access" / "roles.yml").read_text(encoding="utf-8"))["pages"]
ARTIFACTS = Path(__file__).resolve().parents[1] / "artifacts"
# Streamlit's client looks for its server below the page's own path first; the misses are its own.
OWN_MISSES = ("/_stcore/health", "/_stcore/host-config")


@pytest.fixture
def new_context(browser):
    """`new_context()`: a browser of its own; at the end nothing may have gone wrong or to another machine."""
    complaints, abroad, contexts = [], [], []

    def watch(page: Page) -> None:
        page.on("console", lambda one: complain(one) if one.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda one: abroad.append(one.url) if urlsplit(one.url).hostname != "127.0.0.1" else None)

    def complain(message) -> None:
        if not message.location["url"].endswith(OWN_MISSES):
            complaints.append(f"{message.text} {message.location['url']}")

    def new_context() -> BrowserContext:
        context = browser.new_context(viewport={"width": 1400, "height": 900})
        context.on("page", watch)
        contexts.append(context)
        return context

    yield new_context
    for context in contexts:
        context.close()
    assert not complaints
    assert not [url for url in abroad if not url.startswith(("data:", "blob:"))]


def sign_in(context: BrowserContext, served, person: str, path: str = "/ranking") -> Page:
    page = context.new_page()
    page.goto(f"{served.address}{path}")
    page.get_by_role("link", name=re.compile("登录")).click()
    page.fill('input[name="person"]', person)
    page.get_by_role("button").click()
    drawn(page)
    return page


def drawn(page: Page) -> None:
    page.wait_for_selector(".sb-lead")
    page.wait_for_selector('.stApp[data-test-script-state="notRunning"]')


def lead(page: Page) -> str:
    return page.inner_text(".sb-lead").replace("\u2009", "")


def open_page(page: Page, served, path: str) -> None:
    page.goto(f"{served.address}{path}")
    drawn(page)


def photograph(page: Page, name: str) -> None:
    ARTIFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTIFACTS / f"access_{name}.png")


def test_the_page_that_was_asked_for_comes_after_signing_in(served, new_context):
    context = new_context()
    page = context.new_page()
    page.goto(f"{served.address}/trends?indicator=data_update&lang=en")
    photograph(page, "sign_in")
    page.get_by_role("link", name=re.compile("Sign in")).click()
    page.fill('input[name="person"]', "leader")
    page.get_by_role("button").click()
    drawn(page)
    assert urlsplit(page.url).path == "/trends" and "indicator=data_update" in page.url
    assert "Signed in as County leadership" in page.inner_text(".sb-reader")
    photograph(page, "leader")


@pytest.mark.parametrize(
    ("person", "may_not"), [("leader", []), ("quality", []), ("mail", ["data", "quality", "whatif"])]
)
def test_what_a_role_may_not_open_is_not_offered_and_says_so(served, new_context, person, may_not):
    page = sign_in(new_context(), served, person)
    offered = {urlsplit(one.get_attribute("href")).path for one in page.locator("header a").all()}
    offered |= {urlsplit(one.get_attribute("href")).path for one in page.locator("[data-testid=stTopNavLink]").all()}
    for name in may_not:
        assert f"/{name}" not in offered
        for language, words in (("zh", "您的身份不能查看"), ("en", "is not open to your role")):
            open_page(page, served, f"/{name}?lang={language}")
            assert words in lead(page)
            assert urlsplit(page.url).path == f"/{name}"
    if may_not:
        photograph(page, "no_permission")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("person", ["leader", "planner", "quality", "mail"])
def test_every_page_draws_or_says_why_not(served, new_context, person, language):
    role = {"leader": "leadership", "mail": "township"}.get(person, person)
    refused = {"zh": "您的身份不能查看", "en": "is not open to your role"}[language]
    page = sign_in(new_context(), served, person)
    for name, roles in OPEN_TO.items():
        open_page(page, served, f"/{name}?lang={language}")
        assert page.locator(".stException").count() == 0, name
        assert (refused not in lead(page)) == (role in roles), name
        photograph(page, f"{role}_{name}_{language}")


def test_a_township_sees_its_own_cases_and_no_others(served, new_context):
    context = new_context()
    page = sign_in(context, served, "mail", f"/township?division={OTHER}")
    assert "只能查看本乡镇的明细" in lead(page)
    photograph(page, "other_township")
    page.get_by_role("link", name=re.compile("看本乡镇")).click()
    page.wait_for_selector(".sb-lead:has-text('冶力关镇')")
    open_page(page, served, "/open")
    assert "冶力关镇" in lead(page)
    photograph(page, "own_open")
    open_page(page, served, "/ranking")
    assert page.locator(".interval").count() >= 16


def test_nothing_of_others_reaches_the_browser_of_a_township(served, new_context):
    """All that comes over the socket, on every page and with others' codes in the address, as bytes."""
    with duckdb.connect(str(served.home / "editions" / "current" / "shuangbai.duckdb"), read_only=True) as database:
        other, own = (
            {ref for (ref,) in database.execute(
                "select case_ref from fct_open_case where division_code = $code union "
                "select case_ref from fct_missed_case where division_code = $code", {"code": code}).fetchall()}
            for code in (OTHER, OWN)
        )  # fmt: skip
    received: list[bytes] = []
    context = new_context()
    context.on("page", lambda page: page.on("websocket", listen))

    def listen(socket) -> None:
        socket.on("framereceived", lambda frame: received.append(frame if isinstance(frame, bytes) else frame.encode()))

    page = sign_in(context, served, "mail", f"/township?division={OWN}&indicator=data_accuracy")
    for name in ("township", "open", "ranking", "trends", "compare", "quality", "data", "catalogue"):
        for query in (
            f"division={OTHER}",
            f"division={OTHER}&indicator=inquiry_on_time&kind=year_to_date&urgency=overdue",
        ):
            open_page(page, served, f"/{name}?division={OTHER}{query}")
    open_page(page, served, f"/open?division={OWN}")
    everything = b"".join(received)
    assert [ref for ref in own if ref.encode() in everything], "the search finds what is there"
    assert not [ref for ref in other - own if ref.encode() in everything]


def test_a_file_is_for_the_reader_whose_page_made_it(served, new_context):
    page = sign_in(new_context(), served, "leader", "/open?lang=en")
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as taken:
        page.get_by_role("button", name="CSV text").click()
    own = taken.value.url
    assert "/media/" in own and Path(taken.value.path()).stat().st_size
    assert page.request.get(own).status == 200
    for person in ("mail", "leader"):
        other = sign_in(new_context(), served, person)
        assert other.request.get(own).status == 403, person
    assert [entry["event"] for entry in served.log()].count("refused") == 2


def test_somebody_without_a_role_learns_that_and_nothing_else(served, new_context):
    page = sign_in(new_context(), served, "stranger", "/data")
    assert "没有查看权限" in lead(page)
    photograph(page, "no_role")
    assert page.locator("[data-testid=stDataFrame], .sb-reader").count() == 0
    assert [entry for entry in served.log() if entry["event"] == "no_role" and entry["page"] == "data"]


def test_a_role_that_changes_counts_at_the_next_step(served, new_context, request):
    from_conftest = {"leader": ("leadership", ""), "planner": ("planner", ""), "quality": ("quality", "")}
    usual = from_conftest | {"own@example.org": ("township", OWN)}
    request.addfinalizer(lambda: served.write_readers(usual))
    served.write_readers(usual | {"moved": ("quality", "")})
    page = sign_in(new_context(), served, "moved", "/data")
    assert "您的身份不能查看" not in lead(page)
    served.write_readers(usual | {"moved": ("township", OWN)})
    page.wait_for_selector(".sb-lead:has-text('您的身份不能查看')", timeout=40_000)
    served.write_readers(usual)
    page.reload()
    page.wait_for_selector(".sb-lead:has-text('没有查看权限')")


def test_signing_out_ends_every_page_of_the_session(served, new_context):
    context = new_context()
    page = sign_in(context, served, "leader")
    second = context.new_page()
    open_page(second, served, "/trends")
    page.get_by_role("link", name="退出").click()
    page.wait_for_url(re.compile("/sign-in"))
    assert "您已退出" in page.inner_text("main")
    assert served.provider.signed_out
    second.goto(f"{served.address}/trends")
    assert urlsplit(second.url).path == "/sign-in"


def test_a_page_says_when_its_session_has_ended(serve, new_context):
    served = serve(session_hours=12 / 3600)
    page = sign_in(new_context(), served, "leader", "/ranking?lang=en")
    began = time.monotonic()
    page.wait_for_selector(".sb-lead:has-text('Your session has ended')", timeout=45_000)
    assert time.monotonic() - began < 45
    photograph(page, "ended")
    expect(page.locator(".interval")).to_have_count(0)
    link = page.get_by_role("link", name="Sign in again")
    assert "next=" in link.get_attribute("href") and "ranking" in link.get_attribute("href")


def test_which_pages_were_opened_is_in_the_log_and_what_was_looked_for_is_not(served, new_context):
    page = sign_in(new_context(), served, "planner", "/ranking")
    open_page(page, served, f"/township?division={OTHER}&indicator=data_update")
    mine = [entry for entry in served.log() if entry.get("role") == "planner"]
    assert [entry["page"] for entry in mine][-2:] == ["ranking", "township"]
    assert all(set(entry) == {"at", "event", "who", "role", "page"} for entry in mine)
