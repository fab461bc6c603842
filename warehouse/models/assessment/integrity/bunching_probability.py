"""How likely it is by chance alone that so many of a year's counts lie on a target rather than one case below it.

Not here: which months are compared (SQL), the formulas (statistics), or what follows from a small probability.
"""

import numpy as np
import pyarrow as pa

from warehouse.statistics.integrity import on_target_probability, poisson_binomial_upper_tail, rate_of_others

KEY = "period_start, township_code, indicator_code"
PLACED_MONTHS = f"""
    dense_rank() over (order by {KEY}) - 1 as test,
    row_number() over (partition by {KEY} order by period_month) - 1 as place,
    trials, needed, is_on_target, events_elsewhere, trials_elsewhere
"""


def model(dbt, session):
    months = dbt.ref("month_on_target")
    if dbt.is_incremental:
        first = dbt.source("lake", "rebuild_month").min("period_month").fetchone()[0]
        months = months.filter(f"period_start >= date '{first}'") if first else months.limit(0)
    month = months.project(PLACED_MONTHS).order("test, place").fetchnumpy()
    rate = rate_of_others(month["events_elsewhere"], month["trials_elsewhere"])
    tests = month["test"].max(initial=-1) + 1
    chances = np.zeros((tests, month["place"].max(initial=-1) + 1))
    chances[month["test"], month["place"]] = on_target_probability(month["trials"], month["needed"], rate)
    on_target = np.bincount(month["test"], month["is_on_target"], minlength=tests)
    p_value = poisson_binomial_upper_tail(on_target, chances)
    keys = months.project(KEY).distinct().order(KEY).to_arrow_table()
    rates = pa.array(rate[month["place"] == 0])
    return session.from_arrow(keys.append_column("rate", rates).append_column("p_value", pa.array(p_value)))
