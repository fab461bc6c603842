"""The gate before the pages: without a session no page, no file and no socket; with one, until it ends.

Streamlit's own routes do the sign-in itself (OpenID Connect, code flow with PKCE, state and nonce). Not here: what the
reader of a session may see (readers.py), the pages around signing in (sign_in.py).
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from http.cookies import SimpleCookie
from urllib.parse import unquote, urlencode

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboards.access.files import Files
from dashboards.access.headers import STATIC
from dashboards.access.log import AccessLog
from dashboards.access.sessions import Session, Sessions
from dashboards.access.sign_in import NEXT_COOKIE, PAGE, START, own_path

CALLBACK, LOGIN, LOGOUT, FILES = "/oauth2callback", "/auth/login", "/auth/logout", "/media/"
PUBLIC = (PAGE, START, LOGIN, "/_stcore/health")
NOT_PAGES = ("/_stcore/", "/media/", "/component/", "/app/static/", "/auth/")
# After its end a page has this long to say so before its socket is closed, in seconds.
GRACE = 45.0


class OwnOrigin:
    """Middleware: a page of another origin may not open a socket here. Without sign-in, a program on this machine may:
    it could read the files as well."""

    def __init__(self, app: ASGIApp, origins: tuple[str, ...], is_required: bool) -> None:
        self.app, self.origins, self.is_required = app, origins, is_required

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            origin = HTTPConnection(scope).headers.get("origin")
            if origin not in self.origins and (origin is not None or self.is_required):
                await send({"type": "websocket.close", "code": 1008})
                return
        await self.app(scope, receive, send)


class Gate:
    """Middleware: lets through what belongs to a session, and ends what belonged to one that is over."""

    def __init__(self, app: ASGIApp, sessions: Sessions, files: Files, log: AccessLog) -> None:
        self.app, self.sessions, self.files, self.log = app, sessions, files, log
        self._ends: dict[str, set[asyncio.Event]] = defaultdict(set)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        connection, path = HTTPConnection(scope), scope["path"]
        session = self.sessions.read(connection.cookies)
        if scope["type"] == "websocket":
            if session is None:
                self.log.write("refused")
                await send({"type": "websocket.close", "code": 1008})
            else:
                await self._until_the_end(session, scope, receive, send)
        elif path == CALLBACK:
            await self.app(scope, receive, self._returning(connection, send))
        elif path == LOGOUT:
            await self._sign_out(session, connection, scope, receive, send)
        elif path in PUBLIC or path.startswith(STATIC):
            await self.app(scope, receive, send)
        elif session is not None and path.startswith(FILES):
            is_theirs = self.files.is_of(session.key, path)
            self.log.write("file" if is_theirs else "refused", self.log.pseudonym(session.claims))
            await (self.app if is_theirs else PlainTextResponse("Not a file of yours", 403))(scope, receive, send)
        elif session is not None:
            await self.app(scope, receive, send)
        elif scope["method"] == "GET" and not path.startswith(NOT_PAGES):
            asked = {"next": f"{path}?{connection.url.query}"} if connection.url.query or path != "/" else {}
            await RedirectResponse(f"{PAGE}?{urlencode(asked)}" if asked else PAGE, 302)(scope, receive, send)
        else:
            await PlainTextResponse("Not signed in", 403)(scope, receive, send)

    async def _until_the_end(self, session: Session, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes messages on until the session ends; then, to the page's script, its reader has gone away."""
        ended = asyncio.Event()
        self._ends[session.key].add(ended)
        end = asyncio.ensure_future(ended.wait())
        incoming: asyncio.Future | None = None

        async def receive_until_end() -> Message:
            nonlocal incoming
            incoming = incoming or asyncio.ensure_future(receive())
            left = max(0.0, session.ends_at + GRACE - time.time())
            await asyncio.wait({incoming, end}, timeout=left, return_when=asyncio.FIRST_COMPLETED)
            if not incoming.done():
                ended.set()
                return {"type": "websocket.disconnect", "code": 1008}
            message, incoming = incoming.result(), None
            return message

        try:
            await self.app(scope, receive_until_end, send)
            if ended.is_set():
                await send({"type": "websocket.close", "code": 1008})
        finally:
            end.cancel()
            if incoming is not None:
                incoming.cancel()
            self._ends[session.key].discard(ended)
            if not self._ends[session.key]:
                del self._ends[session.key]

    async def _sign_out(
        self, session: Session | None, connection: HTTPConnection, scope: Scope, receive: Receive, send: Send
    ) -> None:
        if connection.headers.get("sec-fetch-site") == "cross-site":
            await PlainTextResponse("Sign out on the page itself", 403)(scope, receive, send)
            return
        if session is not None:
            self.sessions.end(session)
            self.files.forget(session.key)
            for ended in self._ends.get(session.key, ()):
                ended.set()
            self.log.write("signed_out", self.log.pseudonym(session.claims))
        await self.app(scope, receive, send)

    def _returning(self, connection: HTTPConnection, send: Send) -> Send:
        """Back from the provider: on to the page that was asked for, or to what went wrong."""

        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                given: SimpleCookie = SimpleCookie()
                for cookie in headers.getlist("set-cookie"):
                    given.load(cookie)
                session = self.sessions.read({name: morsel.value for name, morsel in given.items()})
                if session is not None:
                    self.log.write("signed_in", self.log.pseudonym(session.claims))
                    headers["location"] = own_path(unquote(connection.cookies.get(NEXT_COOKIE, "")))
                    headers.append("set-cookie", f"{NEXT_COOKIE}=; Path={CALLBACK}; Max-Age=0; HttpOnly; SameSite=Lax")
                elif connection.query_params:
                    self.log.write("sign_in_failed")
                    headers["location"] = f"{PAGE}?state=failed"
                else:
                    headers["location"] = f"{PAGE}?state=out"
            await send(message)

        return send_on
