"""Is the change of a score more than chance? Not here: what the answer is called."""

from dataclasses import asdict

import pyarrow as pa

from warehouse.parents import per_unit, rows_to_build
from warehouse.statistics.comparison import Period, score_change
from warehouse.statistics.posterior import Goalposts, beta_parameters
from warehouse.statistics.streams import generator

POOLED = ("pooled_numerator", "pooled_denominator")
COUNTS = ("judged_numerator", "judged_denominator")
POSTS = ("floor_value", "target_value", "weight")
BEFORE = "previous_"
FIGURES = {"draws": pa.int64(), "p_higher": pa.float64(), "p_lower": pa.float64()}


def model(dbt, session):
    draws = int(dbt.config.meta_get("draws"))
    prior_cases = float(dbt.config.meta_get("prior_cases"))
    threshold = (1 + float(dbt.config.meta_get("confidence"))) / 2

    def change(parent):
        def period(prefix, stream):
            counts = [parent.pairs[name] for name in (*(prefix + name for name in COUNTS), *POOLED)]
            posts = Goalposts(*(parent.pairs[prefix + name] for name in POSTS))
            return Period(*beta_parameters(*counts, prior_cases), posts, generator(*parent.key, stream))

        return asdict(score_change(period("", "now"), period(BEFORE, "before"), parent.unit_starts, threshold, draws))

    rows = rows_to_build(dbt, session, dbt.ref("compared_indicator"), dbt.ref("earlier_period"))
    columns = (*POOLED, *(prefix + name for prefix in ("", BEFORE) for name in (*COUNTS, *POSTS)))
    return per_unit(session, rows, columns, change, FIGURES)
