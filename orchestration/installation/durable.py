"""Writing so that a process killed anywhere leaves the old state or the new one: temporary name, fsync, rename.

Here: the one way landing puts a file on disk. Not here: what is in it. Temporary names begin with a dot and are
always the same, so that the next run replaces what a killed one left.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def durable(path: Path) -> Generator[Path]:
    """A temporary path to write to; on leaving without an error it becomes `path`, durably."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.tmp")
    temporary.unlink(missing_ok=True)
    try:
        yield temporary
        _flush(temporary)
        temporary.replace(path)
        _flush(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
