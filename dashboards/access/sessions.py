"""A session: what Streamlit's signed cookie says of somebody who signed in, while it is worth anything.

The cookie is written by Streamlit after its OpenID Connect callback. It is read here, once for the gate and for the
pages: signed with this process's own secret, not older than a session may be, issued to this installation, and not of a
session that was ended. Not here: what somebody may see.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from itsdangerous import BadData, URLSafeTimedSerializer
from streamlit.auth_util import get_cookie_with_chunks
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from dashboards.access.settings import Settings


@dataclass(frozen=True)
class Session:
    """Claims of the identity token, and until when they count, in seconds since 1970."""

    key: str
    claims: dict[str, Any]
    ends_at: float


@dataclass
class Sessions:
    """All sessions of one process. Its secret is new at every start: a restart ends every session, as it forgets which
    ones were ended."""

    settings: Settings
    cookie_secret: str = field(default_factory=lambda: secrets.token_hex(32))
    _ended: dict[str, float] = field(default_factory=dict)

    def read(self, cookies: Mapping[str, str]) -> Session | None:
        """The session that these cookies prove, or None."""
        lasts = self.settings.session_hours * 3600
        signed_at: list[float] = []

        def part(name: str) -> bytes | None:
            if not cookies.get(name):
                return None
            serializer = URLSafeTimedSerializer(self.cookie_secret, salt=name)
            value, at = serializer.loads(cookies[name], max_age=int(lasts), return_timestamp=True)
            signed_at.append(at.timestamp())
            return value.encode()

        try:
            whole = get_cookie_with_chunks(part, USER_COOKIE_NAME)
            claims = json.loads(whole) if whole else {}
        except (BadData, ValueError, AttributeError):
            return None
        key = hashlib.sha256(cookies.get(USER_COOKIE_NAME, "").encode()).hexdigest()
        ends_at = min(signed_at, default=0) + lasts
        if not self._is_ours(claims) or key in self._ended or ends_at <= time.time():
            return None
        return Session(key, claims, ends_at)

    def end(self, session: Session) -> None:
        """From now on its cookie is worth nothing, whoever kept a copy."""
        now = time.time()
        self._ended = {key: until for key, until in self._ended.items() if until > now} | {session.key: session.ends_at}

    def is_ended(self, session: Session) -> bool:
        return session.key in self._ended or session.ends_at <= time.time()

    def _is_ours(self, claims: dict[str, Any]) -> bool:
        """Authlib checks signature, issuer, nonce and time; the audience it leaves to its caller."""
        audience = claims.get("aud")
        audiences = audience if isinstance(audience, list) else [audience]
        return (
            claims.get("is_logged_in") is True
            and claims.get("origin") == self.settings.address
            and bool(claims.get("sub"))
            and self.settings.provider.client_id in audiences
        )
