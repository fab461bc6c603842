"""Fingerprints of files: what a result was made from, as one short text.

Here: hashing. Not here: what a result is made from, or what follows from a change.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

# What tools leave in a tree, and what the text of no result depends on.
MADE_BY_TOOLS = {"__pycache__", "target", "logs", "dbt_packages"}
PROSE = {".md"}


def fingerprint(places: Iterable[Path], extra: str = "") -> str:
    """SHA-256 over the names and bytes of every file at or below `places` (links followed), and `extra`."""
    digest = hashlib.sha256(extra.encode())
    for place in places:
        for file in sorted(_files(place)) if place.is_dir() else [place]:
            digest.update(f"\n{place.name}/{file.relative_to(place)}\n".encode())
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.is_dir():
            if path.name not in MADE_BY_TOOLS:
                yield from _files(path)
        elif path.suffix not in PROSE and not path.name.startswith("."):
            yield path
