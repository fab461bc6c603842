"""The installation's secret, and the two pads that HMAC-SHA-256 makes of it (RFC 2104).

Here: creating and reading `secret/person_key`, and noticing its loss. Not here: hashing, which identity.sql does
set-wise. Without this file persons cannot be linked across months, so it is created once and never replaced.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from orchestration.landing.durable import durable
from orchestration.messages import command_line_messages

SECRET_BYTES = 32
HMAC_BLOCK_BYTES = 64
OWNER_ONLY = 0o600


class SecretError(Exception):
    """The secret is lost or damaged. `key` and `values` give the message for people."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(command_line_messages()(key, "en", **values))
        self.key, self.values = key, values


def require_no_loss(path: Path, *, has_rows: bool) -> None:
    """Raises SecretError where rows have been landed under a secret that is not there any more: under a new one nobody
    in them would be found again."""
    if has_rows and not path.exists():
        raise SecretError("secret.lost", file=path)


def read_or_create_secret(path: Path) -> bytes:
    """The secret's 32 bytes; a new one, mode 0600, where there is none. One that others may read is closed to them.

    Raises SecretError for a damaged file, PermissionError for one that belongs to somebody else.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _alone_in(path.parent):
        if not path.exists():
            _create(path)
        if stat.S_IMODE(path.stat().st_mode) & ~OWNER_ONLY:
            path.chmod(OWNER_ONLY)
        secret = path.read_bytes()
    if len(secret) != SECRET_BYTES:
        raise SecretError("secret.damaged", file=path, size=SECRET_BYTES)
    return secret


def hmac_pads(secret: bytes) -> dict[str, bytes]:
    """The inner and outer pad of a secret no longer than one SHA-256 block, as parameters of identity.sql."""
    block = secret.ljust(HMAC_BLOCK_BYTES, b"\0")
    return {"inner": bytes(byte ^ 0x36 for byte in block), "outer": bytes(byte ^ 0x5C for byte in block)}


def _create(path: Path) -> None:
    with durable(path) as temporary:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(SECRET_BYTES))


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Two processes that both find no secret must not make two: the first one's persons would be lost to the second."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
