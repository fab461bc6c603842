"""Is the change of a score more than chance? Not here: what the answer is called."""

from dataclasses import asdict

import pyarrow as pa

from warehouse.python_models.groups import per_unit, rows_to_build
from warehouse.statistics.comparison import Counts, score_change
from warehouse.statistics.streams import generator

COUNTS = (
    "judged_numerator",
    "judged_denominator",
    "previous_judged_numerator",
    "previous_judged_denominator",
    "points",
)
FIGURES = {"draws": pa.int64(), "p_up": pa.float64(), "p_down": pa.float64()}


def model(dbt, session):
    draws = int(dbt.config.meta_get("draws"))
    tail = (1 - float(dbt.config.meta_get("confidence"))) / 2

    def change(parent):
        counts = Counts(*(parent.pairs[name] for name in COUNTS))
        return asdict(score_change(generator(*parent.key, "change"), counts, parent.unit_starts, tail, draws))

    rows = rows_to_build(dbt, session, dbt.ref("compared_indicator"), dbt.ref("earlier_period"))
    return per_unit(session, rows, COUNTS, change, FIGURES)
