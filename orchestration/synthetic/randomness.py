"""Where chance comes from: one independent PCG64 stream per purpose, so that a change of one part moves no other.

Only drawing belongs here; what is drawn is decided where it is used.
"""

from __future__ import annotations

from zlib import crc32

import numpy as np

DAY = 86_400


def stream(seed: int, *purpose: str) -> np.random.Generator:
    """The generator of one purpose; the same seed and purpose give the same numbers."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, crc32("/".join(purpose).encode())])))


def office_time(rng: np.random.Generator, days: np.ndarray) -> np.ndarray:
    """A time in office hours (08:00 to 18:00) on each of `days` (datetime64[D]), as datetime64[s]."""
    return days.astype("M8[s]") + rng.integers(8 * 3600, 18 * 3600, len(days)).astype("m8[s]")


def waiting(rng: np.random.Generator, mean_days: np.ndarray | float, size: int) -> np.ndarray:
    """Exponential waiting times in whole days, as timedelta64[D]."""
    return np.floor(rng.exponential(mean_days, size)).astype("m8[D]")


def pick(rng: np.random.Generator, size: int, count: int) -> np.ndarray:
    """`count` different positions of `size` (fewer if there are not as many), in ascending order."""
    return np.sort(rng.choice(size, min(count, size), replace=False))
