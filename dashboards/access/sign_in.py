"""The page of somebody who is not signed in, and the way to the provider and back to the page that was asked for."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from streamlit.user_info import generate_login_redirect_url

from dashboards.markup import macros
from orchestration.installation.messages import LANGUAGES, Messages

_HTML = macros("sign_in")
PAGE, START = "/sign-in", "/sign-in/start"
NEXT_COOKIE = "shuangbai_next"
STATES = ("out", "failed")
TEXTS = Messages(Path(__file__).parents[1] / "messages.yml")


def own_path(asked: str) -> str:
    """`asked` if it leads to a page of this host, else the first page."""
    try:
        parts = urlsplit(asked)
    except ValueError:
        return "/"
    is_own = not parts.scheme and not parts.netloc and asked.startswith("/") and not asked.startswith(("//", PAGE))
    return asked if is_own and asked.isprintable() and "\\" not in asked else "/"


async def page(request: Request) -> Response:
    """Says why one is here, in both languages, and leads on."""
    state = request.query_params.get("state")
    said = f"sign_in.{state}" if state in STATES else "sign_in.why"
    start = f"{START}?{urlencode({'next': own_path(request.query_params.get('next', ''))})}"
    parts = {
        f"{part}_{language}": TEXTS(key, language)
        for language in LANGUAGES
        for part, key in {"title": "app.title", "said": said, "button": "sign_in.button"}.items()
    }
    return HTMLResponse(_HTML.page(start=start, **parts))


async def start(request: Request) -> Response:
    """To the provider, with the page to come back to kept in a cookie that only the way back sees."""
    response = RedirectResponse(generate_login_redirect_url("default"), 302)
    asked = quote(own_path(request.query_params.get("next", "")), safe="")
    response.set_cookie(NEXT_COOKIE, asked, max_age=600, path="/oauth2callback", httponly=True, samesite="lax")
    return response


ROUTES = [Route(PAGE, page, methods=["GET"]), Route(START, start, methods=["GET"])]
