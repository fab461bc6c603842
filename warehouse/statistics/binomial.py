"""Exact inference on a share of cases met.

Here: functions of counts alone, over arrays. Not here: targets, verdicts, or where the counts come from (SQL).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import beta


def clopper_pearson(
    met: ArrayLike, cases: ArrayLike, confidence: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Limits (low, high), in 0..1, of the two-sided exact binomial interval of `met` of `cases`.

    The two count arrays broadcast against each other; both limits have the common shape. No case, no limits: nan.
    Clopper and Pearson (1934), by beta quantiles. Raises ValueError unless 0 <= met <= cases and 0 < confidence < 1.
    """
    met, cases = _checked_counts(met, cases, confidence)
    tail = (1 - confidence) / 2
    missed = cases - met
    with np.errstate(invalid="ignore"):
        low = np.where(met == 0, 0.0, beta.ppf(tail, met, missed + 1))
        high = np.where(missed == 0, 1.0, beta.ppf(1 - tail, met + 1, missed))
    return np.where(cases == 0, np.nan, low), np.where(cases == 0, np.nan, high)


def zero_defect_bound(cases: ArrayLike, confidence: float) -> NDArray[np.float64]:
    """The failure rate, in 0..1, that as many clean cases as `cases` still allow: 1 - tail^(1 / cases).

    It is the upper limit of the two-sided interval, seen from the failures. No case, no bound: nan.
    """
    _, cases = _checked_counts(0, cases, confidence)
    with np.errstate(divide="ignore"):
        bound = -np.expm1(np.log((1 - confidence) / 2) / cases)
    return np.where(cases == 0, np.nan, bound)


def _checked_counts(met: ArrayLike, cases: ArrayLike, confidence: float) -> tuple[NDArray, NDArray]:
    met, cases = np.broadcast_arrays(np.asarray(met, dtype=np.float64), np.asarray(cases, dtype=np.float64))
    if not ((met >= 0) & (met <= cases)).all():
        raise ValueError("counts must satisfy 0 <= met <= cases")
    if not 0 < confidence < 1:
        raise ValueError("confidence must lie between 0 and 1")
    return met, cases
