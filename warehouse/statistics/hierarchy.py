"""How much the units of one parent differ on each indicator, as far as their counts leave it open.

Here: the posterior of the law that the units' rates come from, per indicator, on a grid. Not here: draws of rates and
scores (`posterior`), or which counts take part (SQL).

The law: with chance `perfect` a unit never misses (its rate is 1); else its rate is Beta(K m', K (1 - m')), m' such
that the mean over both is m. One estimate of K takes noise for difference where units differ little, and certainty for
a spread that was itself estimated from a dozen units; so K, m and `perfect` are all drawn from what the counts leave
open. A rate of 1 is a case of its own because no beta law has a spike there, and many townships never miss. The
beta-binomial on a grid is Gelman et al., Bayesian Data Analysis, 3rd ed., 5.3; the point mass is an addition.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, gammaln, logit

Floats = NDArray[np.float64]

# From the weight that the county's rate always had to that of units which nothing can tell apart (at 98 %, a standard
# deviation of .001); ten steps, a factor of 2.5 each.
MAX_CASES, STEPS = 20_000, 10
# The mean lies within these standard errors of the pooled rate.
MEAN_ERRORS = np.array([-1.5, 0.0, 1.5])
# Chances that a unit never misses, and how likely each is beforehand: no spike is as likely as any.
PERFECT = np.array([0.0, 0.3, 0.6])
PERFECT_LIKELY = np.array([0.5, 0.25, 0.25])
# So many half cases of either kind keep every law proper, whatever the counts.
MIN_INFORMATION = 0.5
MIN_MEAN = 0.05


@dataclass(frozen=True)
class Laws:
    """What the law of each indicator might be: `cells` of the grid, and how likely each of them is.

    `a`, `b`: beta parameters, (indicators, cells). `likely`: (indicators, cells), each row sums to 1. `perfect`: the
    chance that a pair's rate is 1, (pairs, cells), 0 for a pair with a miss.
    """

    a: Floats
    b: Floats
    likely: Floats
    perfect: Floats

    def draw(self, random: np.random.Generator, draws: int) -> NDArray[np.intp]:
        """A cell per indicator and draw, (indicators, draws), by one uniform number each, indicator by indicator."""
        below = np.cumsum(self.likely, axis=1)
        drawn = random.random((len(below), draws))
        return np.stack(
            [np.searchsorted(row[:-1], numbers, side="right") for row, numbers in zip(below, drawn, strict=True)]
        )


def fit(met: ArrayLike, cases: ArrayLike, indicator: NDArray[np.intp], min_cases: float, min_units: int) -> Laws:
    """The laws of each indicator, from the counts of all pairs of a parent.

    `indicator`: position 0.. of each pair's indicator, each occurs; a pair without a case tells nothing. K runs from
    `min_cases` to `MAX_CASES`. An indicator of fewer than `min_units` units with cases keeps K = `min_cases`, m
    the pooled rate and no spike: two siblings tell nothing of how much siblings differ. Raises ValueError unless
    0 <= met <= cases and min_cases > 0.
    """
    met, cases = np.asarray(met, dtype=np.float64), np.asarray(cases, dtype=np.float64)
    if not ((met >= 0) & (met <= cases)).all():
        raise ValueError("counts must satisfy 0 <= met <= cases")
    if not min_cases > 0:
        raise ValueError("the prior must weigh something")
    order = np.argsort(indicator, kind="stable")
    firsts = np.searchsorted(indicator[order], np.arange(indicator.max() + 1))

    def total(values: Floats) -> Floats:
        return np.add.reduceat(values[order], firsts)

    weight = np.geomspace(min_cases, max(MAX_CASES, min_cases), STEPS)
    mean = (total(met) + 0.5) / (total(cases) + 1)
    told = total(cases[:, np.newaxis] * (weight + 1) / (cases[:, np.newaxis] + weight))
    error = 1 / np.sqrt(np.maximum(told * (mean * (1 - mean))[:, np.newaxis], MIN_INFORMATION))
    whole = expit(logit(mean)[:, np.newaxis, np.newaxis] + error[:, :, np.newaxis] * MEAN_ERRORS)[..., np.newaxis]
    rest = np.maximum(1 - (1 - whole) / (1 - PERFECT), MIN_MEAN)
    cells = (len(mean), STEPS * len(MEAN_ERRORS) * len(PERFECT))
    k = weight[:, np.newaxis, np.newaxis]
    a, b = (k * rest).reshape(cells), (k * (1 - rest)).reshape(cells)
    spike = np.broadcast_to(PERFECT, rest.shape).reshape(cells)
    beforehand = (np.log(error)[:, :, np.newaxis, np.newaxis] + np.log(PERFECT_LIKELY)).repeat(len(MEAN_ERRORS), axis=2)

    evidence = _log_beta_binomial(met[:, np.newaxis], cases[:, np.newaxis], a, b, indicator)
    with np.errstate(divide="ignore"):
        spiked = np.where((met == cases)[:, np.newaxis], np.log(spike)[indicator], -np.inf)
        evidence = np.logaddexp(np.log1p(-spike)[indicator] + evidence, spiked)
    perfect = np.exp(spiked - evidence)
    log_likely = total(evidence) + beforehand.reshape(cells)
    is_known = total((cases > 0).astype(np.float64)) >= min_units
    only = np.zeros(cells[1])
    only[len(MEAN_ERRORS) // 2 * len(PERFECT)] = 1
    likely = np.exp(log_likely - log_likely.max(axis=1, keepdims=True))
    likely = np.where(is_known[:, np.newaxis], likely / likely.sum(axis=1, keepdims=True), only)
    return Laws(a, b, likely, perfect)


def _log_beta_binomial(met: Floats, cases: Floats, a: Floats, b: Floats, indicator: NDArray[np.intp]) -> Floats:
    """log B(x + a, n - x + b) - log B(a, b), (pairs, cells): the chance of the counts, but for the binomial factor."""
    of_law = gammaln(a + b) - gammaln(a) - gammaln(b)
    a, b = a[indicator], b[indicator]
    return gammaln(met + a) + gammaln(cases - met + b) - gammaln(cases + a + b) + of_law[indicator]
