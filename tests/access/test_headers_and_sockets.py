"""What every answer says to a browser, under which names we answer, and who may open a socket."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import httpx2
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from dashboards.access.headers import content_security_policy
from dashboards.serving import serve_command, sign_in_settings
from orchestration.installation.paths import Home

ROOT = Path(__file__).resolve().parents[2]
PATHS = ["/", "/sign-in", "/sign-in?state=out", "/sign-in/start", "/ranking", "/nothing", "/oauth2callback?x=1"]
PATHS += ["/static/js/nothing.js", "/favicon.png", "/_stcore/health", "/_stcore/host-config", "/media/0.csv"]
PATHS += ["/auth/login", "/auth/logout", "/_stcore/stream", "/../etc/passwd", "//evil.example/", "/%2e%2e/x"]


@pytest.fixture(scope="module")
def local(edition_home):
    """Dashboards without settings of access: for this machine."""
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    environment = os.environ | {"SHUANGBAI_HOME": str(edition_home), "PYTHONPATH": path}
    process = subprocess.Popen(serve_command(port), env=environment)
    deadline = time.monotonic() + 60
    while True:
        try:
            httpx2.get(f"http://127.0.0.1:{port}/_stcore/health", timeout=1)
            break
        except httpx2.HTTPError:
            assert time.monotonic() < deadline and process.poll() is None
            time.sleep(0.2)
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait(10)


@pytest.fixture(params=["signed in", "signed out", "local"])
def client(request, served, local) -> httpx2.Client:
    if request.param == "local":
        return httpx2.Client(base_url=local)
    return served.sign_in("leader")[0] if request.param == "signed in" else served.client()


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_has_the_headers(client, path):
    headers = client.get(path).headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'self'" and policy["object-src"] == "'none'"
    assert policy["frame-ancestors"] == "'none'" and policy["base-uri"] == "'self'"
    assert "unsafe" not in policy["script-src"] and "http" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "access-control-allow-origin" not in headers
    if not path.startswith(("/static/", "/favicon")):
        assert headers["cache-control"] == "no-store"


def test_the_policy_lets_through_the_one_script_of_the_page():
    assert content_security_policy().count("'sha256-") == 1


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "evil.example:8501", "a b"])
def test_no_other_name_is_answered(local, served, host):
    for address in (local, served.address):
        assert httpx2.get(f"{address}/_stcore/health", headers={"host": host}).status_code in (400, 421)


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1", "http://evil.example:80"])
def test_another_site_opens_no_socket(served, local, origin):
    client, _ = served.sign_in("leader")
    cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    for address, extra in ((served.address, {"Cookie": cookies}), (local, {})):
        with pytest.raises(InvalidStatus), connect(socket_of(address), origin=origin, additional_headers=extra):
            pass


def socket_of(address: str) -> str:
    return f"{address.replace('http', 'ws', 1)}/_stcore/stream"


def test_without_a_session_no_socket_opens(served):
    client, _ = served.sign_in("leader")
    value = client.cookies["_streamlit_user"]
    for cookie in ("", "_streamlit_user=x", f"_streamlit_user={value[:-2]}", "_streamlit_xsrf=1"):
        with (
            pytest.raises(InvalidStatus),
            connect(socket_of(served.address), origin=served.address, additional_headers={"Cookie": cookie}),
        ):
            pass
    with (
        pytest.raises(InvalidStatus),
        connect(socket_of(served.address), additional_headers={"Cookie": f"_streamlit_user={value}"}),
    ):
        pass


def test_a_socket_closes_when_its_session_is_ended_elsewhere(served):
    client, _ = served.sign_in("leader")
    cookie = f"_streamlit_user={client.cookies['_streamlit_user']}"
    with connect(socket_of(served.address), origin=served.address, additional_headers={"Cookie": cookie}) as socket:
        client.get("/auth/logout")
        with pytest.raises(ConnectionClosed):
            while True:
                socket.recv(timeout=5)


def test_a_program_on_this_machine_may_open_a_socket_without_sign_in(local):
    with connect(socket_of(local)):
        pass
    with connect(socket_of(local), origin=local):
        pass


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.7", "::", "example.org", "10.0.0.1"])
def test_beyond_this_machine_nothing_is_served_without_sign_in(edition_home, host):
    environment = os.environ | {"SHUANGBAI_HOME": str(edition_home), "PYTHONPATH": str(ROOT)}
    for command in (
        [sys.executable, "-m", "orchestration.cli", "serve", "--port", "1", "--host", host],
        serve_command(1, host),
    ):
        ended = subprocess.run(
            command, check=False, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=60
        )
        assert ended.returncode == 1
        assert host in ended.stderr and "登录" in ended.stderr and "sign-in" in ended.stderr
        assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_this_machine_is_served_without_sign_in(edition_home, host):
    assert sign_in_settings(Home(edition_home), host) is None


@pytest.mark.parametrize(("asked", "tag", "title"), [
    ("", "zh-CN", "双百考核"), ("?lang=zh&page=2", "zh-CN", "双百考核"),
    ("?lang=en", "en", "Shuangbai assessment"), ("?lang=xx", "zh-CN", "双百考核"),
])  # fmt: skip
def test_the_first_thing_sent_is_in_the_readers_language(served, asked, tag, title):
    client, _ = served.sign_in("leader")
    page = client.get(f"/ranking{asked}", headers={"accept": "text/html,*/*", "accept-encoding": "gzip"})
    assert page.text.count(f'<html lang="{tag}">') == 1
    assert f"<title>{title}</title>" in page.text
    assert len(page.content) == int(page.headers["content-length"])
    assert page.text.count('src="./shell.js"') == 1
    for script in ("shell.js", re.search(r'src="\./(static/js/index[^"]+)"', page.text)[1]):
        answer = client.get(f"/{script}", headers={"accept": "*/*", "accept-encoding": "gzip"})
        assert answer.status_code == 200 and "javascript" in answer.headers["content-type"]
    assert "shell.js" not in served.client().get("/sign-in").text
