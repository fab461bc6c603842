"""What the overlap of the two registries says of how many there are, and of how many nobody could look for.

Not here: who is on which list (core), or the estimator (`warehouse/statistics`).
"""

import numpy as np
import pyarrow as pa

from warehouse.statistics.capture_recapture import chapman_total, coverage_estimate


def model(dbt, session):
    min_both = int(dbt.config.meta_get("min_both"))
    counts = dbt.ref("reconciliation_count").order("period_start, division_code").to_arrow_table()
    count = {name: counts[name].to_numpy() for name in counts.column_names if name not in ("period_start", "level")}
    both = count["both_equal"] + count["both_different"]
    registries = (both + count["only_gpl"], both + count["only_padis"], both)
    with np.errstate(invalid="ignore"):
        keyless_share = count["keyless"] / np.where(count["rows_total"] == 0, np.nan, count["rows_total"])
    shares = {
        "chapman_total": chapman_total(*registries, min_both),
        "coverage_estimate": coverage_estimate(*registries, min_both),
        "keyless_share": keyless_share,
    }
    for name, values in shares.items():
        counts = counts.append_column(name, pa.array(values, from_pandas=True))
    return counts
