"""The page that Streamlit sends before any of ours: in the reader's language, under our name, with our one script."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs

from starlette.datastructures import MutableHeaders
from starlette.responses import FileResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboards.catalogue import CATALOGUE
from orchestration.installation.messages import LANGUAGES

TAGS = {"zh": "zh-CN", "en": "en"}
SCRIPT = Path(__file__).with_name("shell.js")
STREAMLITS = {"language": '<html lang="en">', "title": "<title>Streamlit</title>", "end": "</head>"}


class Shell:
    """Middleware: Streamlit's page with the language of the address, our title and our script; and the script."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        if scope["path"] == f"/{SCRIPT.name}":
            await FileResponse(SCRIPT, media_type="text/javascript")(scope, receive, send)
            return
        asked = parse_qs(scope["query_string"].decode("latin-1")).get("lang", [""])[-1]
        start: Message | None = None
        body = b""

        async def send_ours(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start" and _is_plain_page(message):
                start = message
            elif start is None:
                await send(message)
            else:
                body += message.get("body", b"")
                if not message.get("more_body"):
                    ours = _in(asked if asked in LANGUAGES else LANGUAGES[0], body)
                    MutableHeaders(scope=start)["Content-Length"] = str(len(ours))
                    await send(start)
                    await send({"type": "http.response.body", "body": ours})

        await self.app(_without_compression(scope), receive, send_ours)


def _in(language: str, page: bytes) -> bytes:
    ours = {
        "language": f'<html lang="{TAGS[language]}">',
        "title": f"<title>{CATALOGUE('app.title', language)}</title>",
        "end": f'<script src="./{SCRIPT.name}"></script></head>',
    }
    if not all(streamlits.encode() in page for streamlits in STREAMLITS.values()):
        return page  # One of our own: signing in.
    for name, streamlits in STREAMLITS.items():
        page = page.replace(streamlits.encode(), ours[name].encode(), 1)
    return page


def _is_plain_page(start: Message) -> bool:
    headers = MutableHeaders(scope=start)
    return headers.get("content-type", "").startswith("text/html") and "content-encoding" not in headers


def _without_compression(scope: Scope) -> Scope:
    """Only pages are asked for as such; scripts and files stay compressed."""
    headers = scope["headers"]
    if any(name == b"accept" and value.startswith(b"text/html") for name, value in headers):
        headers = [(name, value) for name, value in headers if name != b"accept-encoding"]
    return {**scope, "headers": headers}
