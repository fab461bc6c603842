"""What a browser may do with our answers: scripts and requests of this host only, in nobody's frame, kept nowhere.

Also the names under which we answer at all: a page of another name that leads here (DNS rebinding) gets nothing.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from pathlib import Path

import streamlit
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PERMISSIONS = (
    *("accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "magnetometer", "microphone", "midi"),
    *("payment", "usb"),
)
FOREVER = "max-age=31536000"
STATIC = ("/static/", "/favicon.png")


@cache
def content_security_policy() -> str:
    """Streamlit's page holds one inline script, let through by its hash; its styles are made in the browser."""
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    inline = re.findall(r"<script>(.*?)</script>", page, flags=re.DOTALL)
    hashes = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in inline]
    policy = {
        "default-src": "'self'",
        "script-src": " ".join(["'self'", *(f"'sha256-{one}'" for one in hashes)]),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": "'self'",
        "worker-src": "'self' blob:",
        "object-src": "'none'",
        "frame-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in policy.items())


class SafeAnswers:
    """Middleware: the headers of every answer, and none under a name that is not ours."""

    def __init__(self, app: ASGIApp, hosts: tuple[str, ...], is_encrypted: bool) -> None:
        self.app, self.hosts, self.is_encrypted = app, hosts, is_encrypted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._add(MutableHeaders(scope=message), scope["path"])
            await send(message)

        if _host(Headers(scope=scope).get("host", "")) in self.hosts:
            await self.app(scope, receive, send_safely)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await PlainTextResponse("Unknown host", 421)(scope, receive, send_safely)

    def _add(self, headers: MutableHeaders, path: str) -> None:
        headers["Content-Security-Policy"] = content_security_policy()
        headers["X-Content-Type-Options"] = "nosniff"
        headers["X-Frame-Options"] = "DENY"
        headers["Referrer-Policy"] = "same-origin"
        headers["Permissions-Policy"] = ", ".join(f"{name}=()" for name in PERMISSIONS)
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
        if not path.startswith(STATIC):
            headers["Cache-Control"] = "no-store"
        if self.is_encrypted:
            headers["Strict-Transport-Security"] = FOREVER
            cookies = headers.getlist("set-cookie")
            del headers["set-cookie"]
            for cookie in cookies:
                headers.append("set-cookie", cookie if "; secure" in cookie.lower() else f"{cookie}; Secure")


def _host(value: str) -> str:
    """The name in a Host header, without the port."""
    name = re.fullmatch(r"(\[[0-9a-f:.]+\]|[^:]*)(:\d+)?", value.lower())
    return name[1].strip("[]").rstrip(".") if name else ""
