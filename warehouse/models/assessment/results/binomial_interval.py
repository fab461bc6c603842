"""The exact interval of every count that occurs, once each; whoever needs one joins on the two counts.

Not here: which counts are judged, and against what. An interval follows from its counts alone, so a run adds those of
the counts that no run met before.
"""

import numpy as np
import pyarrow as pa

from warehouse.statistics.binomial import clopper_pearson, zero_defect_bound


def model(dbt, session):
    confidence = dbt.config.meta_get("confidence")
    counts = dbt.ref("period_count").filter("denominator > 0").project("numerator, denominator").distinct()
    if dbt.is_incremental:
        counts = counts.except_(session.table(str(dbt.this)).project("numerator, denominator"))
    columns = counts.order("denominator, numerator").fetchnumpy()
    met, cases = np.asarray(columns["numerator"]), np.asarray(columns["denominator"])
    ci_low, ci_high = clopper_pearson(met, cases, confidence)
    return pa.table(
        {
            "numerator": met,
            "denominator": cases,
            "ci_low": ci_low,
            "ci_high": ci_high,
            "zero_defect_bound": zero_defect_bound(cases, confidence),
        }
    )
