"""How far a township's rate may lie from its county's target and rate by chance, for every size that occurs.

Not here: the limits' formula (`warehouse/statistics/funnel.py`), and which sizes and rates there are (`funnel_centre`).
"""

import numpy as np
import pyarrow as pa

from warehouse.statistics.funnel import funnel_limits


def model(dbt, session):
    centres = dbt.ref("funnel_centre")
    if dbt.is_incremental:
        first = dbt.source("lake", "rebuild_month").min("period_month").fetchone()[0]
        centres = centres.filter(f"period_start >= date '{first}'") if first else centres.limit(0)
    sizes = centres.project("denominator, centre").distinct().order("all").fetchnumpy()
    denominator, centre = np.asarray(sizes["denominator"]), np.asarray(sizes["centre"])
    limits = {"denominator": denominator, "centre": centre}
    confidences = {"95": dbt.config.meta_get("confidence_95"), "998": dbt.config.meta_get("confidence_998")}
    for name, confidence in confidences.items():
        limits[f"low_{name}"], limits[f"high_{name}"] = funnel_limits(denominator, centre, confidence)
    return centres.join(session.from_arrow(pa.table(limits)), "denominator, centre")
