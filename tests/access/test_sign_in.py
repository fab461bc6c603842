"""Signing in at a real provider, without a browser: who gets a session, who does not, and when it ends."""

from __future__ import annotations

import time
from http.cookies import SimpleCookie

import httpx2
import pytest
from joserfc.jwk import RSAKey

PAGES = ["/", "/ranking", "/township?division=623021103000", "/data", "/nothing"]
FILES = ["/media/0123.csv", "/_stcore/host-config", "/component/x/index.html", "/_stcore/metrics"]
AGENT = ["/_stcore/agent/openapi.json", "/_stcore/agent/mcp"]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_leads_to_signing_in_and_back(served, path):
    answer = served.client().get(path)
    assert answer.status_code == 302
    assert answer.headers["location"].startswith("/sign-in")
    page = served.client().get(answer.headers["location"])
    assert page.status_code == 200
    assert "请先登录" in page.text and "Please sign in" in page.text
    client, back = served.sign_in("leader", path)
    assert back.headers["location"] == path
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", [*FILES, *AGENT])
def test_nothing_else_is_answered_without_a_session(served, path):
    assert served.client().get(path).status_code == 403
    assert served.client().post(path).status_code == 403


def test_the_flow_asks_for_a_code_with_proof_state_and_nonce(served):
    served.sign_in("leader")
    asked = served.provider.asked[-1]
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["code_challenge"]) == 43
    assert len(asked["state"]) >= 20 and len(asked["nonce"]) >= 20
    assert asked["scope"] == "openid email"
    other = served.provider.asked[-2] if len(served.provider.asked) > 1 else {}
    assert not {asked["state"], asked["nonce"], asked["code_challenge"]} & set(other.values())


def is_refused(client: httpx2.Client, back: httpx2.Response) -> bool:
    return back.headers["location"] == "/sign-in?state=failed" and client.get("/ranking").status_code == 302


@pytest.mark.parametrize(
    "fault",
    [
        {"aud": "somebody-else"},
        {"aud": "somebody-else", "azp": "shuangbai-test"},
        {"aud": ["somebody-else", "another"], "azp": "shuangbai-test"},
        {"iss": "http://127.0.0.1:1"},
        {"exp": int(time.time()) - 600, "iat": int(time.time()) - 4200},
        {"nonce": "of another sign-in"},
        {"sub": ""},
        {"iat": int(time.time()) + 3600},
    ],
    ids=["audience", "audience with azp", "audiences", "issuer", "expired", "nonce", "nobody", "from the future"],
)
def test_a_token_that_is_not_right_opens_nothing(served, fault):
    served.provider.faults["faulty"] = fault
    assert is_refused(*served.sign_in("faulty"))


def test_one_of_several_audiences_is_enough(served):
    served.provider.faults["several"] = {"aud": ["shuangbai-test", "another"], "azp": "shuangbai-test"}
    _, back = served.sign_in("several")
    assert back.headers["location"] == "/"


def test_a_token_signed_by_somebody_else_opens_nothing(served):
    served.provider.signing_key = RSAKey.generate_key(2048, parameters={"kid": "one"})
    try:
        assert is_refused(*served.sign_in("leader"))
    finally:
        served.provider.signing_key = served.provider.key


def test_a_way_back_that_nobody_asked_for_opens_nothing(served):
    client = served.client()
    for query in ("code=1&state=2", "state=2", "error=access_denied&state=2"):
        assert client.get(f"/oauth2callback?{query}").headers["location"] == "/sign-in?state=failed"
    assert client.get("/ranking").status_code == 302


def test_another_browser_cannot_use_the_code(served):
    """A code that was sent to one browser, brought back by another (login forced upon somebody)."""
    victim, thief = served.client(), served.client()
    away = thief.get(thief.get("/sign-in/start").headers["location"])
    asked = dict(httpx2.URL(away.headers["location"]).params)
    back = thief.post(f"{served.provider.address}/chosen", data={**asked, "person": "leader"}).headers["location"]
    assert victim.get(back).headers["location"] == "/sign-in?state=failed"


@pytest.mark.parametrize(
    "asked",
    ["//evil.example/x", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "/%0d%0ax: y\r\n", "x"],
)
def test_the_way_back_never_leads_to_another_host(served, asked):
    _, back = served.sign_in("leader", asked)
    location = back.headers["location"]
    assert location.startswith("/") and "evil" not in location.split("?")[0].removeprefix("/%0d")
    assert not location.startswith(("//", "/\\"))
    assert "x" not in back.headers


def test_a_cookie_that_was_touched_is_worth_nothing(served):
    client, _ = served.sign_in("leader")
    name = "_streamlit_user"
    value = client.cookies[name]
    # The last character of base64 may carry bits that nobody reads; the one in the middle of the signature does not.
    middle = value.rindex(".") + 10
    touched = value[:middle] + ("A" if value[middle] != "A" else "B") + value[middle + 1 :]
    for wrong in (touched, value[1:], "", "chunks-99", value + "x" * 4000):
        assert httpx2.get(f"{served.address}/ranking", cookies={name: wrong}).status_code == 302
    assert httpx2.get(f"{served.address}/ranking", cookies={name: value}).status_code == 200


def test_after_signing_out_a_copy_of_the_cookie_is_worth_nothing(served):
    client, _ = served.sign_in("leader")
    copy = dict(client.cookies)
    away = client.get("/auth/logout")
    assert away.headers["location"].startswith(f"{served.provider.address}/leave")
    assert "id_token_hint=" in away.headers["location"]
    back = client.get(client.get(away.headers["location"]).headers["location"])
    assert back.headers["location"] == "/sign-in?state=out"
    assert client.get("/ranking").status_code == 302
    assert httpx2.get(f"{served.address}/ranking", cookies=copy).status_code == 302


def test_another_site_cannot_sign_one_out(served):
    client, _ = served.sign_in("leader")
    assert client.get("/auth/logout", headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert client.get("/ranking").status_code == 200


def test_cookies_are_not_for_scripts_or_other_sites(served):
    _, back = served.sign_in("leader")
    given: SimpleCookie = SimpleCookie()
    for line in back.headers.get_list("set-cookie"):
        given.load(line)
    assert given["_streamlit_user"]["httponly"] and given["_streamlit_user"]["samesite"].lower() == "lax"


def test_a_session_ends_however_busy_it_is(serve):
    served = serve(session_hours=5 / 3600)
    client, _ = served.sign_in("leader")
    began = time.monotonic()
    while client.get("/ranking").status_code == 200:
        assert time.monotonic() - began < 12
        time.sleep(0.5)
    assert time.monotonic() - began >= 3


def test_the_log_names_nobody(served):
    served.sign_in("mail")
    served.sign_in("leader")
    log = served.log()
    signed_in = [entry for entry in log if entry["event"] == "signed_in"]
    assert len({entry["who"] for entry in signed_in[-2:]}) == 2
    assert all(len(entry["who"]) == 16 for entry in signed_in)
    assert {"at", "event", "who"} == set(signed_in[-1])
    text = "".join(file.read_text() for file in (served.home / "logs").glob("access-*.jsonl"))
    assert not [word for word in ("example.org", 'leader"', "mail", "127.0.0.1", "623021") if word in text]
    assert all(file.stat().st_mode & 0o077 == 0 for file in (served.home / "logs").glob("access-*.jsonl"))


def test_no_secret_is_written(served):
    served.sign_in("leader")
    for file in served.home.rglob("*"):
        if file.is_file() and file.suffix in (".yml", ".toml", ".json", ".jsonl", ".log", ".csv"):
            assert "a secret of the tests" not in file.read_text(encoding="utf-8"), file
