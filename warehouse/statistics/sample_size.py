"""What a sample can show about the share of good cases, before it is drawn and after, and how many misses undo it.

Here: functions of counts alone, over arrays. Not here: which files are drawn, or the targets. "Shown" is the level of
the verdicts: the lower limit of the two-sided exact interval, so one tail of (1 - confidence) / 2.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import hypergeom

from warehouse.statistics.binomial import clopper_pearson

# A float's rounding of a target times a count must not turn 6 files allowed to be bad of 300 into 5.
EXACT_DIGITS = 9


def cases_needed(target: ArrayLike, missed: ArrayLike, confidence: float) -> NDArray[np.int64]:
    """The fewest cases whose lower limit reaches `target`, in 0..1, with `missed` of them missed; the two broadcast.

    By Clopper and Pearson (1934); without a miss it is log(tail) / log(target), rounded up. Raises ValueError unless
    0 < target < 1, missed >= 0 and 0 < confidence < 1.
    """
    target, missed = np.broadcast_arrays(np.asarray(target, dtype=np.float64), np.asarray(missed, dtype=np.int64))
    if not (_is_share(target) and (missed >= 0).all() and 0 < confidence < 1):
        raise ValueError("0 < target < 1, missed >= 0 and 0 < confidence < 1 are needed")

    def shown(cases: NDArray[np.int64]) -> NDArray[np.bool_]:
        return clopper_pearson(cases - missed, cases, confidence)[0] >= target

    most = missed + 1
    while not shown(most).all():
        most = 2 * most
    return _smallest(shown, missed + 1, most)


def files_needed(target: ArrayLike, files: ArrayLike, confidence: float) -> NDArray[np.int64]:
    """The fewest clean files, drawn without replacement from `files`, that show a share of at least `target`, in 0..1.

    So many that, were one file more bad than `target` allows, a clean sample had at most the probability of the tail
    (hypergeometric); all of them where fewer would not do. The two broadcast. Raises ValueError unless 0 < target < 1,
    files >= 1 and 0 < confidence < 1.
    """
    target, files = np.broadcast_arrays(np.asarray(target, dtype=np.float64), np.asarray(files, dtype=np.int64))
    if not (_is_share(target) and (files >= 1).all() and 0 < confidence < 1):
        raise ValueError("0 < target < 1, files >= 1 and 0 < confidence < 1 are needed")
    too_many = np.floor(np.round((1 - target) * files, EXACT_DIGITS)).astype(np.int64) + 1
    tail = (1 - confidence) / 2
    return _smallest(lambda drawn: hypergeom.pmf(0, files, too_many, drawn) <= tail, np.ones_like(files), files)


def min_share(drawn: ArrayLike, missed: ArrayLike, files: ArrayLike, confidence: float) -> NDArray[np.float64]:
    """The smallest share of good files, in 0..1, that a simple random sample without replacement does not rule out.

    `missed` of the `drawn` of `files` were bad; the three counts broadcast. It is 1 - D / files for the largest D with
    P(X <= missed) > tail, X hypergeometric: the exact limit of Buonaccorsi (1987), A note on confidence intervals for
    proportions in finite populations, The American Statistician 41. No file, no share: nan. Raises ValueError unless
    0 <= missed <= drawn <= files and 0 < confidence < 1.
    """
    drawn, missed, files = np.broadcast_arrays(*(np.asarray(count, dtype=np.int64) for count in (drawn, missed, files)))
    if not ((missed >= 0) & (missed <= drawn) & (drawn <= files)).all() or not 0 < confidence < 1:
        raise ValueError("counts must satisfy 0 <= missed <= drawn <= files, and 0 < confidence < 1")
    tail = (1 - confidence) / 2
    # One bad file more than the sample leaves room for is ruled out without any probability.
    ruled_out = _smallest(
        lambda bad: hypergeom.cdf(missed, files, bad, drawn) <= tail, missed + 1, files - drawn + missed + 1
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(files == 0, np.nan, (files - (ruled_out - 1)) / files)


def misses_to_fall(met: ArrayLike, cases: ArrayLike, tolerance: ArrayLike, confidence: float) -> NDArray[np.int64]:
    """The fewest further cases, all missed, with which the upper limit of `met` of `cases` falls below `tolerance`.

    0 where it lies below already. By Clopper and Pearson (1934); the three broadcast. Raises ValueError unless
    0 <= met <= cases, 0 < tolerance <= 1 and 0 < confidence < 1.
    """
    met, cases = np.broadcast_arrays(np.asarray(met, dtype=np.int64), np.asarray(cases, dtype=np.int64))
    tolerance = np.asarray(tolerance, dtype=np.float64)
    if not ((tolerance > 0) & (tolerance <= 1)).all():
        raise ValueError("tolerance must lie above 0 and not above 1")

    def falls(misses: NDArray[np.int64]) -> NDArray[np.bool_]:
        # Nothing is known without a case, so nothing is known to lie below.
        return np.nan_to_num(clopper_pearson(met, cases + misses, confidence)[1], nan=1.0) < tolerance

    most = np.ones_like(cases)
    while not falls(most).all():
        most = 2 * most
    return _smallest(falls, np.zeros_like(cases), most)


def _is_share(share: NDArray[np.float64]) -> bool:
    return bool(((share > 0) & (share < 1)).all())


def _smallest(
    holds: Callable[[NDArray[np.int64]], NDArray[np.bool_]], least: NDArray[np.int64], most: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Of each element's numbers from `least` to `most`, the smallest for which `holds`, which once true stays true and
    at `most` is true untried: bisection, all elements at once."""
    below, found = least - 1, most
    while (is_open := found - below > 1).any():
        middle = np.where(is_open, (below + found) // 2, below)
        is_true = holds(np.maximum(middle, least))
        below, found = np.where(is_open & ~is_true, middle, below), np.where(is_open & is_true, middle, found)
    return found
