"""The installation's secret, and the two pads that HMAC-SHA-256 makes of it (RFC 2104).

Here: creating and reading `secret/person_key`. Not here: hashing, which identity.sql does set-wise. Without this
file persons cannot be linked across months, so it is created once and never replaced.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from orchestration.landing.durable import durable

SECRET_BYTES = 32
HMAC_BLOCK_BYTES = 64


def read_or_create_secret(path: Path) -> bytes:
    """The secret's 32 bytes; a new one, mode 0600, where there is none. Raises ValueError for a damaged file."""
    if not path.exists():
        with durable(path) as temporary:
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(secrets.token_bytes(SECRET_BYTES))
    secret = path.read_bytes()
    if len(secret) != SECRET_BYTES:
        raise ValueError(f"{path} does not hold {SECRET_BYTES} bytes; restore it from a backup")
    return secret


def hmac_pads(secret: bytes) -> dict[str, bytes]:
    """The inner and outer pad of a secret no longer than one SHA-256 block, as parameters of identity.sql."""
    block = secret.ljust(HMAC_BLOCK_BYTES, b"\0")
    return {"inner": bytes(byte ^ 0x36 for byte in block), "outer": bytes(byte ^ 0x5C for byte in block)}
