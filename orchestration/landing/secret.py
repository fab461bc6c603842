"""The installation's secret, and the keyed hash that is made with it.

Here: creating and reading `secret/person_key`, noticing its loss or another in its place, hashing. Not here: what is
hashed (cells.py). Without this file persons cannot be linked across months, so it is created once and never replaced;
every batch record carries the fingerprint of the one that its persons were hashed with.
"""

from __future__ import annotations

import fcntl
import hmac
import os
import secrets
import stat
from collections.abc import Callable, Collection, Generator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa

from orchestration.installation.durable import durable
from orchestration.installation.errors import BilingualError

SECRET_BYTES = 32
KEY_DIGITS = 32
OWNER_ONLY = 0o600
# No text that landing hashes holds a control character, so that this is nobody's key.
FINGERPRINTED = b"\x00shuangbai person_key"
FINGERPRINT_DIGITS = 16


class SecretError(BilingualError):
    """The secret is lost or damaged."""


def fingerprint_of(secret: bytes) -> str:
    """Tells one secret from another and nothing else of it: 16 hex digits."""
    return hmac.digest(secret, FINGERPRINTED, "sha256").hex()[:FINGERPRINT_DIGITS]


def require_same_secret(path: Path, fingerprints: Collection[str | None]) -> None:
    """Raises SecretError where rows have been landed under another secret than the one at `path`, or where that is lost
    or damaged: nobody in them would be found again. `fingerprints` are those of the batch records, None in those older
    than the field, which any secret fits."""
    if not fingerprints:
        return
    if not path.exists():
        raise SecretError("secret.lost", file=path)
    mine = fingerprint_of(_read(path))
    others = [one for one in fingerprints if one not in (None, mine)]
    if others:
        raise SecretError("secret.replaced", file=path, count=len(others), total=len(fingerprints))


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
        return _read(path)


def _read(path: Path) -> bytes:
    secret = path.read_bytes()
    if len(secret) != SECRET_BYTES:
        raise SecretError("secret.damaged", file=path, size=SECRET_BYTES)
    return secret


def keyed_hash(secret: bytes) -> Callable[[pa.StringArray], pa.StringArray]:
    """HMAC-SHA-256 of texts: 128 bits as 32 hex digits. DuckDB calls it on some thousand texts at a time, each of which
    is hashed once however often it occurs."""
    # Copied rather than begun anew for each text, and no hmac.digest: that lets go of the interpreter's lock each time,
    # for which the other threads of DuckDB wait.
    begun = hmac.new(secret, digestmod="sha256")

    def key_of(text: bytes) -> str:
        mine = begun.copy()
        mine.update(text)
        return mine.hexdigest()[:KEY_DIGITS]

    def hashed(texts: pa.StringArray) -> pa.StringArray:
        distinct = texts.dictionary_encode()
        keys = [key_of(text) for text in distinct.dictionary.cast(pa.binary()).to_pylist()]
        return pa.array(keys, pa.string()).take(distinct.indices)

    return lambda texts: hashed(texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts)


def _create(path: Path) -> None:
    with durable(path) as temporary:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(SECRET_BYTES))


@contextmanager
def _alone_in(folder: Path) -> Generator[None]:
    """Two processes that both find no secret must not make two: the first one's persons would be lost to the second."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
