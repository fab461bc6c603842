"""Which chart a series gets in a month, and what it says there.

Here: the choice between the charts, and all series of a window at once. Not here: the charts (`control_charts.py`,
`exact_chart.py`), or which months are closed (`models/assessment/trends/`).
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from warehouse.statistics.control_charts import LastMonths, p_prime_chart, packed_right, xmr_chart
from warehouse.statistics.exact_chart import clean_run_of, exact_chart

CHARTS = ("p_prime", "exact", "xmr")
P_PRIME, EXACT, XMR = range(3)


@dataclass(frozen=True)
class ChartRules:
    """Months that a chart needs and takes, misses a month that a p' chart needs, and the tail of the exact chart."""

    min_months: int
    max_months: int
    min_misses: float
    tail: float


@dataclass(frozen=True)
class ChartedMonth:
    """One month of the series that have a chart then: arrays of shape (charted series,).

    `series`: row of the input; `chart`: index into CHARTS; `months`: in the chart; `cases_since_miss`: cases of the
    clean months in a row that end with this one (without a meaning for a score); `last`: what the chart shows.
    """

    series: NDArray[np.int64]
    chart: NDArray[np.int8]
    months: NDArray[np.int64]
    cases_since_miss: NDArray[np.int64]
    last: LastMonths


def charted_month(
    met: NDArray[np.int64],
    cases: NDArray[np.int64],
    first_column: NDArray[np.int64],
    is_score: NDArray[np.bool_],
    has_runs: NDArray[np.bool_],
    rules: ChartRules,
) -> ChartedMonth:
    """What the last of the calendar months says, for each series that has a chart then.

    `met`, `cases`: counts of shape (series, `rules.max_months`), 0 cases where there is nothing to chart. Of shape
    (series,): `first_column`, the first month since the last rebase, 0 or less if that lies before; `is_score`, whether
    met / cases is a score, with the same cases in all months; `has_runs`, whether runs signal.
    A p' chart needs `rules.min_misses` misses a month in the mean, and a case that was met; else the chart is exact.
    Raises ValueError for another number of months.
    """
    if cases.shape[1] != rules.max_months:
        raise ValueError(f"a window has {rules.max_months} months")
    present = (cases > 0) & (np.arange(rules.max_months) >= first_column[:, None])
    series = np.flatnonzero(present[:, -1] & (present.sum(axis=1) >= rules.min_months))
    met, cases = packed_right(present[series], met[series], cases[series])
    is_score, has_runs, months = is_score[series], has_runs[series], (cases > 0).sum(axis=1)
    missed = cases - met
    has_misses = (missed.sum(axis=1) >= rules.min_misses * months) & (met > 0).any(axis=1)
    chart = np.select([is_score, has_misses], [XMR, P_PRIME], default=EXACT).astype(np.int8)

    def of(kind: int, *arrays: NDArray) -> list[NDArray]:
        return [array[chart == kind] for array in arrays]

    parts = {
        P_PRIME: p_prime_chart(*of(P_PRIME, met, cases, has_runs)),
        EXACT: exact_chart(*of(EXACT, met, cases, has_runs), rules.tail),
        XMR: _in_values(xmr_chart(*of(XMR, met, cases > 0)), *of(XMR, cases[:, -1])),
    }
    return ChartedMonth(series, chart, months, clean_run_of(missed, cases)[0], _joined(chart, parts))


def _in_values(last: LastMonths, unit: NDArray) -> LastMonths:
    lines = (getattr(last, field.name) / unit for field in fields(LastMonths)[:5])
    return LastMonths(*lines, last.signal, last.direction)


def _joined(chart: NDArray[np.int8], parts: dict[int, LastMonths]) -> LastMonths:
    joined = {}
    for field in fields(LastMonths):
        joined[field.name] = np.empty(len(chart), dtype=getattr(parts[EXACT], field.name).dtype)
        for kind, part in parts.items():
            joined[field.name][chart == kind] = getattr(part, field.name)
    return LastMonths(**joined)
