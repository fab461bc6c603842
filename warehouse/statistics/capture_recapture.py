"""How many there are, from two lists that overlap.

Here: functions of counts alone, over arrays. Not here: who is on which list, and what the figure may be read as (SQL,
pages). With `n1` and `n2` on the lists and `m` on both, the estimate is right if the lists are independent, every match
is found and nobody comes or goes; positively dependent lists make it too small and missed matches make it too large.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def chapman_total(first: ArrayLike, second: ArrayLike, both: ArrayLike, min_both: int = 0) -> NDArray[np.float64]:
    """The estimated number of all, listed or not: (n1 + 1)(n2 + 1) / (m + 1) - 1, of the common shape of the counts.

    Chapman (1951), Some properties of the hypergeometric distribution; Seber (1982), The estimation of animal
    abundance, 3.1.1. Exactly unbiased if n1 + n2 reaches the true number; else short by at most N exp(-m), which 7
    matches make negligible (Robson and Regier 1964, Transactions of the American Fisheries Society 93), so there is no
    estimate (nan) below `min_both` matches. Raises ValueError unless 0 <= m <= min(n1, n2).
    """
    first, second, both = _checked_counts(first, second, both)
    return np.where(both < min_both, np.nan, (first + 1) * (second + 1) / (both + 1) - 1)


def coverage_estimate(first: ArrayLike, second: ArrayLike, both: ArrayLike, min_both: int = 0) -> NDArray[np.float64]:
    """The share of all, in 0..1, that the first list holds: n1 by `chapman_total`, at most 1; nan where that is nan
    or nobody is estimated. Raises ValueError as `chapman_total` does."""
    total = chapman_total(first, second, both, min_both)
    with np.errstate(invalid="ignore"):
        share = np.asarray(first, dtype=np.float64) / np.where(total == 0, np.nan, total)
    return np.minimum(share, 1.0)


def _checked_counts(first: ArrayLike, second: ArrayLike, both: ArrayLike) -> list[NDArray[np.float64]]:
    counts = np.broadcast_arrays(*(np.asarray(count, dtype=np.float64) for count in (first, second, both)))
    first, second, both = counts
    if not ((both >= 0) & (both <= first) & (both <= second)).all():
        raise ValueError("counts must satisfy 0 <= both <= first and second")
    return list(counts)
