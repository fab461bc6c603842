"""How far a window of counts is from the cliff of a veto, for every window that occurs. Not here: who is vetoed."""

import numpy as np
import pyarrow as pa

from warehouse.statistics.sample_size import misses_to_fall


def model(dbt, session):
    confidence = float(dbt.config.meta_get("confidence"))
    windows = dbt.ref("veto").filter("window_denominator is not null")
    windows = windows.project("window_numerator, window_denominator, tolerance_value").distinct()
    columns = windows.order("all").fetchnumpy()
    met, cases = (np.asarray(columns[name]) for name in ("window_numerator", "window_denominator"))
    tolerance = np.asarray(columns["tolerance_value"], dtype=np.float64)
    return pa.table(
        {
            "window_numerator": met,
            "window_denominator": cases,
            "tolerance_value": tolerance,
            "misses_left": misses_to_fall(met, cases, tolerance, confidence),
        }
    )
