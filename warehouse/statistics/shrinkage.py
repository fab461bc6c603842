"""Rates drawn towards those of their siblings by as much of their spread as chance explains.

Here: the estimate from counts. Not here: which units are siblings (SQL), or targets: no shrunk value decides one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def shrunk_rates(
    met: ArrayLike, cases: ArrayLike, group_starts: NDArray[np.integer], min_units: int
) -> NDArray[np.float64]:
    """Empirical-Bayes rates in 0..1, one per element; nan in a group of fewer than `min_units`.

    `met`, `cases`: counts, one element per unit, the units of a group together; `group_starts`: where each group begins
    (no group is empty). Per group of J units: N = sum n, m = sum x / N, S = sum n (p - m)^2,
    tau2 = max(0, [S - (J - 1) m (1 - m)] / [N - (J - 1) - sum n^2 / N]), K = m (1 - m) / tau2 - 1 clipped to [1, N],
    rate = (x + K m) / (n + K); with tau2 = 0 (or all n = 1, which tells nothing of it), rate = m.

    Moment estimate of the beta-binomial's variance between units: Kleinman (1973), "Proportions with extraneous
    variance", J. Am. Stat. Assoc. 68, with weights n. Raises ValueError unless 0 <= met <= cases and cases > 0.
    """
    met, cases = np.asarray(met, dtype=np.float64), np.asarray(cases, dtype=np.float64)
    if not ((met >= 0) & (met <= cases) & (cases > 0)).all():
        raise ValueError("counts must satisfy 0 <= met <= cases, with at least one case")
    if not len(met):
        return np.empty(0)
    sizes = np.diff(group_starts, append=len(met))

    def total(values: NDArray) -> NDArray:
        return np.add.reduceat(values, group_starts)

    def spread_out(values: NDArray) -> NDArray:
        return np.repeat(values, sizes)

    group_cases = total(cases)
    mean = total(met) / group_cases
    scatter = total(cases * (met / cases - spread_out(mean)) ** 2)
    chance = mean * (1 - mean)
    room = group_cases - (sizes - 1) - total(cases**2) / group_cases
    with np.errstate(divide="ignore", invalid="ignore"):
        between = np.where(room > 0, np.maximum(0, (scatter - (sizes - 1) * chance) / room), 0)
        prior_cases = np.clip(chance / between - 1, 1, group_cases)
    m, k = spread_out(mean), spread_out(prior_cases)
    rates = np.where(spread_out(between) > 0, (met + k * m) / (cases + k), m)
    return np.where(spread_out(sizes) >= min_units, rates, np.nan)
