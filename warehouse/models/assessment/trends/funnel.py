"""How far a township's rate may lie from its county's target and rate by chance, for every size that occurs.

Where more townships lie outside the exact outer limits than chance explains, they truly differ, and the limits drawn
allow for what they differ by.

Not here: the formulas (`warehouse/statistics/funnel.py`), which units, sizes and rates there are (`funnel_unit`,
`funnel_centre`), and what units differ by (`funnel_spread`).
"""

import numpy as np
import pyarrow as pa

from warehouse.statistics.funnel import funnel_limits, widened

FUNNEL = "period_start, parent_code, indicator_code"
SIZE = "denominator, centre"
OUTSIDE = "count(*) as units, count(*) filter (where value < low_998 or value > high_998) as units_outside"


def model(dbt, session):
    centres = dbt.ref("funnel_centre")
    if dbt.is_incremental:
        first = dbt.source("lake", "rebuild_month").min("period_month").fetchone()[0]
        centres = centres.filter(f"period_start >= date '{first}'") if first else centres.limit(0)
    confidences = {"95": dbt.config.meta_get("confidence_95"), "998": dbt.config.meta_get("confidence_998")}
    share = dbt.config.meta_get("exceeded_outside_share")

    sizes = _columns(centres.project(SIZE))
    for name, confidence in confidences.items():
        limits = funnel_limits(sizes["denominator"], sizes["centre"], confidence)
        sizes[f"low_{name}"], sizes[f"high_{name}"] = limits
    exact = centres.join(session.from_arrow(pa.table(sizes)), SIZE)
    outside = (
        exact.join(dbt.ref("funnel_unit"), f"{FUNNEL}, denominator")
        .aggregate(f"{FUNNEL}, centre_kind, {OUTSIDE}", f"{FUNNEL}, centre_kind")
        .project(f"*, units_outside > {share} * units as are_many_outside")
    )
    judged = (
        exact.join(outside, f"{FUNNEL}, centre_kind")
        .join(dbt.ref("funnel_spread"), FUNNEL)
        .project("* exclude (are_many_outside), are_many_outside and between_variance > 0 as is_overdispersed")
    )

    names = [f"{side}_{name}" for name in confidences for side in ("low", "high")]
    wide = _columns(judged.filter("is_overdispersed").project(f"{SIZE}, between_variance, {', '.join(names)}"))
    for name, confidence in confidences.items():
        limits = wide.pop(f"low_{name}"), wide.pop(f"high_{name}")
        limits = widened(limits, wide["centre"], confidence, wide["between_variance"])
        wide[f"wide_low_{name}"], wide[f"wide_high_{name}"] = limits
    drawn = ", ".join(f"if(is_overdispersed, wide_{name}, {name}) as {name}" for name in names)
    columns = f"{FUNNEL}, centre_kind, {SIZE}, {drawn}, units, units_outside, between_variance, is_overdispersed"
    return judged.join(session.from_arrow(pa.table(wide)), f"{SIZE}, between_variance", how="left").project(columns)


def _columns(relation):
    return {name: np.asarray(column) for name, column in relation.distinct().order("all").fetchnumpy().items()}
