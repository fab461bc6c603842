"""One writer per installation: a lock on a file, given back by the kernel whatever happens to the process.

Here: taking it and waiting for it. Not here: what is done under it.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

WAIT_SECONDS = 600.0
POLL_SECONDS = 0.2


class LockedError(Exception):
    """Another process kept the lock for longer than this one would wait."""


@contextmanager
def exclusive(path: Path, wait_seconds: float, on_wait: Callable[[], None] | None = None) -> Generator[None]:
    """Hold the lock at `path`. `on_wait` is called once if it is taken; raises LockedError after `wait_seconds`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _take(descriptor, path, wait_seconds, on_wait)
        yield
    finally:
        os.close(descriptor)


def _take(descriptor: int, path: Path, wait_seconds: float, on_wait: Callable[[], None] | None) -> None:
    deadline = time.monotonic() + wait_seconds
    has_waited = False
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise LockedError(str(path)) from None
        if on_wait and not has_waited:
            has_waited = True
            on_wait()
        time.sleep(POLL_SECONDS)
