"""Fifty readers at once: `python tests/benchmarks/sessions.py [--home HOME] [--sessions 50] [--seconds 120]`.

Starts the dashboards of a published home and opens as many sessions as asked, each by Streamlit's own protocol over a
WebSocket of its own: every 5 seconds it goes to another page, period, township, indicator or language, and waits for
the whole page. A browser walks the pages beside them; before all, it opens the ranking alone, each time with nothing of
it kept. Printed are the interactions, their times by page, the browser's, and every error. Exits with 1 after an error,
if one in twenty interactions took longer than a second, or the ranking longer than two to be painted.

Here: the load and its limits. Not here: a page, or how fast one alone is (`pages.py`).
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import duckdb
import websockets
from playwright.sync_api import Browser, sync_playwright
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

PAGES = sorted(path.stem.partition("_")[2] for path in (ROOT / "dashboards" / "pages").glob("[0-9]*_*.py"))
PAUSE = 5.0
LIMIT = 1.0
PAINT_LIMIT = 2.0
# The largest thing painted so far, in milliseconds since the page was asked for.
LARGEST_PAINT = """new Promise(done => new PerformanceObserver(list => done(list.getEntries().at(-1).startTime))
    .observe({type: "largest-contentful-paint", buffered: true}))"""
PATIENCE = 30.0


@dataclass
class Tally:
    """Seconds of each interaction by page, and what went wrong."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: list[str] = field(default_factory=list)


def states(home: Path) -> list[dict[str, str]]:
    """What readers may ask for: one state of the URL per month, township, indicator and language of the edition."""
    edition = str((home / "editions" / "current" / "shuangbai.duckdb").resolve())
    with duckdb.connect(edition, read_only=True) as connection:

        def column(sql: str) -> list[str]:
            return [str(row[0]) for row in connection.execute(sql).fetchall()]

        months = column("""
            select distinct strftime(period_start, '%Y-%m') from fct_ranking
            where period_kind = 'month' and rank is not null order by all desc limit 12""")
        townships = column(
            "select distinct division_code from fct_ranking where rank is not null order by all limit 40"
        )
        indicators = column("select distinct indicator_code from fct_score_contribution order by all")
    dice = random.Random(1)
    return [
        {
            "lang": dice.choice(["zh", "en"]),
            "period": dice.choice(months),
            "division": dice.choice(townships),
            "indicator": dice.choice(indicators),
        }
        for _ in range(200)
    ]


async def reader(number: int, base: str, asked: list[dict[str, str]], until: float, tally: Tally) -> None:
    """One session: opens, then changes its mind every few seconds until the time is over."""
    dice = random.Random(number)
    await asyncio.sleep(dice.uniform(0, PAUSE))
    try:
        url = f"{base.replace('http', 'ws')}/_stcore/stream"
        async with websockets.connect(url, subprotocols=["streamlit"], max_size=None, origin=base) as channel:
            while time.monotonic() < until:
                page, state = dice.choice(PAGES), dict(dice.choice(asked))
                if dice.random() < 0.5:
                    state.pop("division")
                began = time.monotonic()
                await show(channel, page, state, tally)
                taken = time.monotonic() - began
                tally.seconds[page].append(taken)
                await asyncio.sleep(max(0.0, PAUSE - taken))
    except Exception as error:
        tally.errors.append(f"session {number}: {type(error).__name__}: {error}")


async def show(channel: websockets.ClientConnection, page: str, state: dict[str, str], tally: Tally) -> None:
    """Asks for a page and reads until it is whole."""
    asked = BackMsg()
    asked.rerun_script.query_string = urlencode(state)
    asked.rerun_script.page_name = page
    await channel.send(asked.SerializeToString())
    async with asyncio.timeout(PATIENCE):
        while True:
            said = ForwardMsg()
            said.ParseFromString(await channel.recv())
            kind = said.WhichOneof("type")
            if kind == "delta" and said.delta.new_element.WhichOneof("type") == "exception":
                tally.errors.append(f"{page} {state}: {said.delta.new_element.exception.message}")
            if kind == "script_finished":
                if said.script_finished != ForwardMsg.FINISHED_SUCCESSFULLY:
                    continue  # The run was replaced by a newer one of the same session, which follows.
                return


@contextmanager
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
        started = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield started
        started.close()


def paints(base: str, times: int = 7) -> list[float]:
    """Seconds until the ranking is painted, opened alone; the first opening, of a server just started, not counted."""
    taken = []
    with browser() as chromium:
        for _ in range(times + 1):
            page = chromium.new_page()
            page.goto(f"{base}/ranking?lang=zh")
            page.wait_for_selector("table", timeout=PATIENCE * 1000)
            taken.append(page.evaluate(LARGEST_PAINT) / 1000)
            page.close()
    return taken[1:]


def browse(base: str, until: float, tally: Tally) -> list[float]:
    """A browser that opens page after page; seconds until each has its sentence and nothing more is on its way."""
    taken = []
    with browser() as chromium:
        page = chromium.new_page()
        page.on("pageerror", lambda error: tally.errors.append(f"browser: {error}"))
        number = 0
        while time.monotonic() < until:
            began = time.monotonic()
            page.goto(f"{base}/{PAGES[number % len(PAGES)]}?lang=zh")
            page.wait_for_selector(".sb-lead", timeout=PATIENCE * 1000)
            taken.append(time.monotonic() - began)
            number += 1
            page.wait_for_timeout(PAUSE * 1000)
    return taken


async def load(base: str, sessions: int, seconds: float, asked: list[dict[str, str]], tally: Tally) -> list[float]:
    until = time.monotonic() + seconds
    browsing = asyncio.to_thread(browse, base, until, tally)
    readers = [reader(number, base, asked, until, tally) for number in range(sessions)]
    return (await asyncio.gather(browsing, *readers))[0]


def serve(home: Path, port: int) -> subprocess.Popen[bytes]:
    """The dashboards of `home` as people start them, answering."""
    from dashboards.serving import serve_command

    server = subprocess.Popen(
        serve_command(port), env=os.environ | {"SHUANGBAI_HOME": str(home), "PYTHONPATH": str(ROOT)}, cwd=ROOT
    )
    for _ in range(120):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1).close()
            return server
        except OSError:
            time.sleep(0.5)
    server.terminate()
    raise TimeoutError("the dashboards did not start within a minute")


def at(share: float, seconds: list[float]) -> float:
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def report(tally: Tally, browsed: list[float], painted: list[float]) -> int:
    everything = [one for times in tally.seconds.values() for one in times]
    print(f"{'page':14}{'times':>7}{'p50 s':>8}{'p95 s':>8}{'max s':>8}")
    for page, times in [*sorted(tally.seconds.items()), ("all", everything)]:
        print(f"{page:14}{len(times):7}{at(0.5, times):8.2f}{at(0.95, times):8.2f}{max(times):8.2f}")
    for name, times in (("browser", browsed), ("ranking alone", painted)):
        print(f"{name:14}{len(times):7}{statistics.median(times):8.2f}{at(0.95, times):8.2f}{max(times):8.2f}")
    print(f"errors: {len(tally.errors)}")
    for error in tally.errors[:20]:
        print(f"  {error}")
    return int(bool(tally.errors) or at(0.95, everything) > LIMIT or max(painted) > PAINT_LIMIT)


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--home", type=Path, default=ROOT / "var")
    arguments.add_argument("--sessions", type=int, default=50)
    arguments.add_argument("--seconds", type=float, default=120)
    given = arguments.parse_args()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = serve(given.home.resolve(), port)
    tally = Tally()
    try:
        base = f"http://127.0.0.1:{port}"
        painted = paints(base)
        browsed = asyncio.run(load(base, given.sessions, given.seconds, states(given.home), tally))
    finally:
        server.terminate()
        server.wait()
    return report(tally, browsed, painted)


if __name__ == "__main__":
    raise SystemExit(main())
