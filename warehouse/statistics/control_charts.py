"""Shewhart charts of many series at once: what the last month of each says, given the months before it.

Here: Laney's p' chart, the XmR chart, and the run rules both share. Not here: the exact chart (`exact_chart.py`), which
chart a series gets, or which months stand in it (`models/assessment/trends/`).

A series is a row, a month a column; the months that stand in a chart are packed to the right, so that the last column
is the month judged. Comparisons that decide a rule (a side, a step) are made in whole numbers: no float decides.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# The signals, in order of precedence; 0 is none.
SIGNALS = (None, "outside", "trend", "two_of_three", "shift", "clean_run")
OUTSIDE, TREND, TWO_OF_THREE, SHIFT, CLEAN_RUN = range(1, 6)
KINDS = {1: "improvement", 0: None, -1: "concern"}
# The mean range of two independent normal values, in standard deviations: 2 / sqrt(pi).
D2 = 1.128
# 3 / D2 and two thirds of it, as published tables and the rule of this assessment print them.
XMR_FAR, XMR_NEAR = 2.66, 1.7733
# Seven in a row on one side, or seven points that rise or fall in six strict steps (NHS England, Making Data Count).
RUN = 7
LARGEST = np.iinfo(np.int64).max


@dataclass(frozen=True)
class LastMonths:
    """What the last month of each series shows. All arrays have shape (series,).

    `centre`, `lower`, `upper`, `near_lower`, `near_upper`: the chart's lines there, in the unit of the values;
    `signal`: index into SIGNALS; `direction`: 1 improvement, -1 concern, 0 without a signal.
    """

    centre: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    near_lower: NDArray[np.float64]
    near_upper: NDArray[np.float64]
    signal: NDArray[np.int8]
    direction: NDArray[np.int8]


def packed_right(present: NDArray[np.bool_], *arrays: NDArray) -> tuple[NDArray, ...]:
    """`arrays` of shape (series, months), the months where `present` moved to the right end in order; 0 elsewhere."""
    arrays = tuple(np.where(present, array, 0) for array in arrays)
    gapped = (present[:, :-1] & ~present[:, 1:]).any(axis=1)
    order = np.argsort(present[gapped], axis=1, kind="stable")
    for array in arrays:
        array[gapped] = np.take_along_axis(array[gapped], order, axis=1)
    return arrays


def p_prime_chart(met: NDArray[np.int64], cases: NDArray[np.int64], has_runs: NDArray[np.bool_]) -> LastMonths:
    """The p' chart of shares `met` / `cases`, for the last month of each series.

    `met`, `cases`: counts of shape (series, months), packed to the right, 0 cases where there is no month; `has_runs`:
    shape (series,), whether more than a point outside the limits signals. Lines are in 0..1, cut there; a share below
    them is a concern. Laney (2002), Improved control charts for attributes, Quality Engineering 14(4), 531-537, with
    sigma_z at least 1: months vary no less than the binomial law says.

    Raises ValueError if a series has fewer than two months, or only met or only missed cases (it has no limits), and
    where counts are too large to be compared exactly.
    """
    all_met, all_cases = met.sum(axis=1), cases.sum(axis=1)
    present = cases > 0
    if not ((all_met > 0) & (all_met < all_cases) & (present.sum(axis=1) > 1)).all():
        raise ValueError("a p' chart needs two months, with cases met and missed")
    if cases.size and float(cases.max()) * float(all_cases.max()) >= LARGEST:
        raise ValueError("counts are too large to be compared exactly")
    mean = all_met / all_cases
    with np.errstate(divide="ignore", invalid="ignore"):
        share = met / cases
        error = np.sqrt((mean * (1 - mean))[:, None] / cases)
        scaled = np.where(present, (share - mean[:, None]) / error, 0)
    sigma = np.maximum(1, _mean_moving_range(scaled, present) / D2)
    spread = error * sigma[:, None]
    side = np.sign(met * all_cases[:, None] - cases * all_met[:, None])
    step = np.sign(met[:, 1:] * cases[:, :-1] - met[:, :-1] * cases[:, 1:]) * present[:, :-1]
    beyond_far, beyond_near = (_beyond(share, mean[:, None], times * spread) for times in (3, 2))
    signal, direction = _signals(beyond_far, beyond_near, side, step, has_runs)
    far, near = 3 * spread[:, -1], 2 * spread[:, -1]
    lines = (np.clip(line, 0, 1) for line in (mean - far, mean + far, mean - near, mean + near))
    return LastMonths(mean, *lines, signal, direction)


def xmr_chart(values: NDArray[np.int64], present: NDArray[np.bool_]) -> LastMonths:
    """The chart of individual values and their moving ranges, for the last month of each series.

    `values`: whole numbers of shape (series, months) in any unit, which the lines share, packed to the right;
    `present`: the same shape, false where there is no month. No moving range is screened out. Low values are a concern.
    Montgomery, Introduction to Statistical Quality Control, section 6.4; NIST/SEMATECH e-Handbook, 6.3.2.2.

    Raises ValueError if a series has fewer than two months.
    """
    months = present.sum(axis=1)
    if not (months > 1).all():
        raise ValueError("an XmR chart needs two months")
    values = np.where(present, values, 0)
    total = values.sum(axis=1)
    mean_range = (np.abs(np.diff(values, axis=1)) * present[:, :-1]).sum(axis=1) / (months - 1)
    mean, far, near = total / months, XMR_FAR * mean_range, XMR_NEAR * mean_range
    side = np.sign(values * months[:, None] - total[:, None]) * present
    step = np.sign(np.diff(values, axis=1)) * present[:, :-1]
    beyond_far, beyond_near = (_beyond(values, mean[:, None], width[:, None]) * present for width in (far, near))
    signal, direction = _signals(beyond_far, beyond_near, side, step, np.full(len(values), True))
    return LastMonths(mean, mean - far, mean + far, mean - near, mean + near, signal, direction)


def _beyond(values: NDArray, centre: NDArray, distance: NDArray) -> NDArray[np.int8]:
    """1 above centre + distance, -1 below centre - distance, else 0; 0 for nan."""
    return (values > centre + distance).astype(np.int8) - (values < centre - distance).astype(np.int8)


def _mean_moving_range(values: NDArray[np.float64], present: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Mean |value - value before| of each series; summed from left to right, whatever else is computed with it."""
    ranges = np.abs(np.diff(values, axis=1)) * present[:, :-1]
    return np.add.accumulate(ranges, axis=1)[:, -1] / (present.sum(axis=1) - 1)


def _signals(
    beyond_far: NDArray, beyond_near: NDArray, side: NDArray, step: NDArray, has_runs: NDArray[np.bool_]
) -> tuple[NDArray[np.int8], NDArray[np.int8]]:
    """Signal and direction of the last month, from 1 (up), -1 (down) or 0 per month; `step` has one column fewer."""
    last_near = beyond_near[:, -1]
    directions = {
        OUTSIDE: beyond_far[:, -1],
        TREND: _same_throughout(step, RUN - 1) * has_runs,
        TWO_OF_THREE: last_near * (beyond_near[:, -3:-1] == last_near[:, None]).any(axis=1) * has_runs,
        SHIFT: _same_throughout(side, RUN) * has_runs,
    }
    conditions = [direction != 0 for direction in directions.values()]
    signal = np.select(conditions, list(directions), default=0)
    direction = np.select(conditions, list(directions.values()), default=0)
    return signal.astype(np.int8), direction.astype(np.int8)


def _same_throughout(signs: NDArray, length: int) -> NDArray:
    """The sign that the last `length` columns share; 0 if they do not, or are not that many."""
    if signs.shape[1] < length:
        return np.zeros(len(signs), dtype=np.int8)
    last = signs[:, -1]
    return last * (signs[:, -length:] == last[:, None]).all(axis=1)
