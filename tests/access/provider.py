"""A small OpenID Connect provider on this machine: code flow with PKCE, RS256, sign-out; faulty on request.

What a person's identity token says is `people[name]`; `faults[name]` overrides claims of it. Nothing here is shared
with the code under test.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import threading
import time
from html import escape
from urllib.parse import urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT_ID, CLIENT_SECRET = "shuangbai-test", "a secret of the tests"


class Provider:
    """Runs in a thread of its own from `start()` to `stop()`; remembers what it was asked."""

    def __init__(self, port: int) -> None:
        self.port, self.address = port, f"http://127.0.0.1:{port}"
        self.key = RSAKey.generate_key(2048, parameters={"kid": "one", "use": "sig", "alg": "RS256"})
        self.signing_key = self.key
        self.people: dict[str, dict] = {}
        self.faults: dict[str, dict] = {}
        self.codes: dict[str, dict] = {}
        self.asked: list[dict] = []
        self.signed_out = 0
        routes = [
            Route("/.well-known/openid-configuration", self._metadata),
            Route("/jwks", lambda _: JSONResponse({"keys": [self.key.as_dict(private=False)]})),
            Route("/authorize", self._authorize, methods=["GET"]),
            Route("/chosen", self._chosen, methods=["POST"]),
            Route("/token", self._token, methods=["POST"]),
            Route("/leave", self._leave),
            Route("/favicon.ico", lambda _: Response(status_code=204)),
        ]
        config = uvicorn.Config(Starlette(routes=routes), host="127.0.0.1", port=port, log_level="error")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    def start(self) -> None:
        self._thread.start()
        while not self._server.started:
            time.sleep(0.02)

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(5)

    async def _metadata(self, _: Request) -> Response:
        return JSONResponse(
            {
                "issuer": self.address,
                "authorization_endpoint": f"{self.address}/authorize",
                "token_endpoint": f"{self.address}/token",
                "jwks_uri": f"{self.address}/jwks",
                "end_session_endpoint": f"{self.address}/leave",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            }
        )

    async def _authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        self.asked.append(asked)
        is_right = asked.get("response_type") == "code" and asked.get("client_id") == CLIENT_ID
        has_proof = asked.get("code_challenge_method") == "S256" and asked.get("state") and asked.get("nonce")
        if not is_right or not has_proof:
            return PlainTextResponse("refused", 400)
        hidden = "".join(f'<input type="hidden" name="{escape(k)}" value="{escape(v)}">' for k, v in asked.items())
        return HTMLResponse(
            f'<form method="post" action="/chosen">{hidden}<input name="person"><button>Sign in</button></form>'
        )

    async def _chosen(self, request: Request) -> Response:
        form = dict(await request.form())
        code = secrets.token_urlsafe(24)
        self.codes[code] = form
        back = {"code": code, "state": form["state"]}
        return RedirectResponse(f"{form['redirect_uri']}?{urlencode(back)}", 303)

    async def _token(self, request: Request) -> Response:
        form = await request.form()
        given = base64.b64decode(request.headers.get("authorization", "").removeprefix("Basic ")).decode()
        asked = self.codes.pop(form.get("code"), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(str(form.get("code_verifier")).encode()).digest())
        if (
            given != f"{CLIENT_ID}:{CLIENT_SECRET}"
            or asked is None
            or form.get("grant_type") != "authorization_code"
            or form.get("redirect_uri") != asked["redirect_uri"]
            or challenge.decode().rstrip("=") != asked["code_challenge"]
        ):
            return JSONResponse({"error": "invalid_grant"}, 400)
        now, person = int(time.time()), asked["person"]
        claims = {"iss": self.address, "aud": CLIENT_ID, "iat": now, "exp": now + 3600, "nonce": asked["nonce"]}
        claims |= {"sub": person} | self.people.get(person, {}) | self.faults.get(person, {})
        token = jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.signing_key)
        answer = {"access_token": secrets.token_urlsafe(16), "token_type": "Bearer", "expires_in": 3600}
        return JSONResponse(answer | {"id_token": token})

    async def _leave(self, request: Request) -> Response:
        self.signed_out += 1
        return RedirectResponse(request.query_params["post_logout_redirect_uri"], 302)
