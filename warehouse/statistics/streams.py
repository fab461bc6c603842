"""Streams of random numbers that depend on a text alone, and work shared out to threads without changing any of them.

Here: seeding, and the order of results. Not here: what is drawn.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np

Item = TypeVar("Item")
Result = TypeVar("Result")


def generator(*parts: object) -> np.random.Generator:
    """PCG64, seeded with the first 8 bytes, big-endian, of the SHA-256 of the parts joined by `|`.

    A date is written as ISO 8601. Different texts give independent streams; the same text gives the same one on every
    machine and in every thread.
    """
    text = "|".join(str(part) for part in parts)
    return np.random.Generator(np.random.PCG64(int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")))


def in_threads(work: Callable[[Item], Result], items: Iterable[Item], threads: int) -> list[Result]:
    """The results of `work`, in the order of `items`. An item must bring its own generator: threads share nothing."""
    with ThreadPoolExecutor(max(1, threads)) as pool:
        return list(pool.map(work, items))
