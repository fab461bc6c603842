"""How likely each test of a count is by chance alone, every test once.

Not here: which counts are tested (SQL), the formulas (statistics), or what follows from a small probability.
"""

import numpy as np
import pyarrow as pa

from warehouse.statistics.integrity import lower_tail, rate_of_others, upper_tail

KEY = "signal_kind, period_start, township_code"
COUNTS = "events, trials, coalesce(events_elsewhere, 0), coalesce(trials_elsewhere, 0), coalesce(null_rate, 'nan')"


def model(dbt, session):
    tests = dbt.ref("chance_test").filter("signal_kind not in ('bunching', 'padding')")
    if dbt.is_incremental:
        first = dbt.source("lake", "rebuild_month").min("period_month").fetchone()[0]
        tests = tests.filter(f"period_start >= date '{first}'") if first else tests.limit(0)
    tests = tests.order(KEY)
    events, trials, others, of, owed = (np.asarray(column) for column in tests.project(COUNTS).fetchnumpy().values())
    is_owed = ~np.isnan(owed)
    rate = np.where(is_owed, owed, rate_of_others(others, of))
    p_value = np.where(is_owed, lower_tail(events, trials, rate), upper_tail(events, trials, rate))
    keys = tests.project(KEY).to_arrow_table()
    return session.from_arrow(keys.append_column("rate", pa.array(rate)).append_column("p_value", pa.array(p_value)))
