"""Which rows of a file repeat an earlier one.

Here: fingerprints, remembered in memory only, 16 bytes a row. Not here: what makes two rows equal (cells.py).
"""

from __future__ import annotations

import numpy as np


class DuplicateDetector:
    """The fingerprints of the rows so far, in sorted runs, each at least twice as long as the next.

    A fingerprint is two hashes of 64 bits, the first of all cells, the second of every other one, so rows that differ
    are as good as never taken for equal. The runs are sorted by the first.
    """

    def __init__(self) -> None:
        self._runs: list[tuple[np.ndarray, np.ndarray]] = []

    def repeated(self, first: np.ndarray, second: np.ndarray) -> np.ndarray:
        """Whether each of the next rows equals one before it; two arrays of uint64 to one of bool."""
        order = np.lexsort((np.arange(len(first)), second, first))
        first, second = first[order], second[order]
        is_repeated = np.zeros(len(first), bool)
        is_repeated[1:] = (first[1:] == first[:-1]) & (second[1:] == second[:-1])
        for known, partner in self._runs:
            at = np.minimum(np.searchsorted(known, first), len(known) - 1)
            is_repeated |= (known[at] == first) & (partner[at] == second)
        self._remember(first[~is_repeated], second[~is_repeated])
        found = np.empty_like(is_repeated)
        found[order] = is_repeated
        return found

    def _remember(self, first: np.ndarray, second: np.ndarray) -> None:
        if not len(first):
            return
        while self._runs and len(self._runs[-1][0]) < 2 * len(first):
            known, partner = self._runs.pop()
            first, second = np.concatenate([known, first]), np.concatenate([partner, second])
            order = np.argsort(first, kind="stable")
            first, second = first[order], second[order]
        self._runs.append((first, second))
