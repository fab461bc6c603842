"""The log of accesses: who (by pseudonym) opened which page when, signed in or out, took a file, or was refused.

One JSON object a line in `logs/access-<month>.jsonl`, only for its owner to read. Nothing of an address's parameters,
no name, no e-mail address, no network address is written: which pages, not what was looked for.
"""

from __future__ import annotations

import datetime as dt
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PSEUDONYM_LENGTH = 16
EVENTS = ("signed_in", "sign_in_failed", "signed_out", "page", "no_permission", "no_role", "file", "refused")
KEY_BYTES = 32


def read_or_create_key(path: Path) -> bytes:
    """The key of the pseudonyms, mode 0600; a new one where there is none, so that readers get new pseudonyms."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    try:
        # Where another process was first, its key is the key.
        with suppress(FileExistsError):
            os.link(new, path)
    finally:
        new.unlink()
    return path.read_bytes()


@dataclass(frozen=True)
class AccessLog:
    """Writes below `folder`; `key` (32 bytes) keeps pseudonyms from being looked up by whoever has a list of staff."""

    folder: Path
    key: bytes = field(repr=False)

    def pseudonym(self, claims: Mapping[str, Any]) -> str:
        """Stands for the person with these claims, the same in every session."""
        name = f"{claims.get('iss')} {claims['sub']}".encode()
        return hmac.digest(self.key, name, "sha256").hex()[:PSEUDONYM_LENGTH]

    def write(self, event: str, who: str | None = None, role: str | None = None, page: str | None = None) -> None:
        """One line; `page` is the stem of a page's file."""
        if event not in EVENTS:
            raise ValueError(event)
        now = dt.datetime.now(dt.UTC)
        entry = {"at": now.isoformat(timespec="seconds"), "event": event, "who": who, "role": role, "page": page}
        line = json.dumps({name: value for name, value in entry.items() if value is not None}) + "\n"
        self.folder.mkdir(parents=True, exist_ok=True)
        file = self.folder / f"access-{now:%Y-%m}.jsonl"
        handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, line.encode())
        finally:
            os.close(handle)
