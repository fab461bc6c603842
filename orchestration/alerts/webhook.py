"""Alerts to a group robot of WeCom or DingTalk.

Here: their JSON, DingTalk's signature, HTTP. Not here: the words, or when to send. The JSON is that of their public
documents: markdown of at most 4,096 bytes (WeCom) or 20,000 (DingTalk), answered by 200 and `errcode` 0.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import ssl
import time
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, HTTPSHandler, Request, build_opener

from orchestration.alerts.digest import Digest
from orchestration.alerts.errors import AlertsError
from orchestration.alerts.forms import markdown
from orchestration.alerts.settings import DingTalk, WeCom, secret

MAX_BYTES = {"wecom": 4096, "dingtalk": 20_000}
ANSWER_BYTES = 65_536


class _NoRedirect(HTTPRedirectHandler):
    """An address that holds a key is not sent on to anybody else."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def send_webhook(channel: WeCom | DingTalk, digest: Digest, cut: str, timeout_seconds: float) -> None:
    """Raises AlertsError, OSError, ssl.SSLError."""
    body = markdown(digest, MAX_BYTES[channel.kind], cut)
    if channel.kind == "wecom":
        payload = {"msgtype": "markdown", "markdown": {"content": body}}
    else:
        payload = {"msgtype": "markdown", "markdown": {"title": digest.title, "text": body}}
    answer = _post(_address(channel), payload, ssl.create_default_context(cafile=channel.ca_file), timeout_seconds)
    if not isinstance(answer, dict) or answer.get("errcode") != 0:
        code = answer.get("errcode") if isinstance(answer, dict) else None
        raise AlertsError("alerts.answered", code=code if isinstance(code, int) else "-")


def signature(key: str, milliseconds: int) -> str:
    """DingTalk's: HMAC-SHA-256, keyed with the secret, of the time, a line break and the secret; base64."""
    digest = hmac.new(key.encode(), f"{milliseconds}\n{key}".encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def _address(channel: WeCom | DingTalk) -> str:
    address = secret(channel.url_variable)
    if urlsplit(address).scheme not in ("http", "https") or not urlsplit(address).hostname:
        raise AlertsError("alerts.bad_address", variable=channel.url_variable)
    if isinstance(channel, DingTalk) and channel.secret_variable:
        now = time.time_ns() // 1_000_000
        query = urlencode({"timestamp": now, "sign": signature(secret(channel.secret_variable), now)})
        address += ("&" if urlsplit(address).query else "?") + query
    return address


def _post(address: str, payload: dict[str, Any], context: ssl.SSLContext, timeout_seconds: float) -> object:
    """What the server answered, read as JSON."""
    body = json.dumps(payload, ensure_ascii=False).encode()
    request = Request(address, body, {"Content-Type": "application/json; charset=utf-8"})
    try:
        with build_opener(_NoRedirect, HTTPSHandler(context=context)).open(request, timeout=timeout_seconds) as answer:
            return json.loads(answer.read(ANSWER_BYTES))
    except HTTPError as error:
        raise AlertsError("alerts.answered", code=error.code) from None
    except URLError as error:
        raise error.reason if isinstance(error.reason, OSError) else AlertsError("alerts.broken_off") from None
    except http.client.HTTPException:
        raise AlertsError("alerts.broken_off") from None
    except ValueError:
        raise AlertsError("alerts.answered", code="-") from None
