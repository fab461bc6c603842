"""Values drawn towards those of their siblings. Not here: which values, and what is concluded from them."""

import pyarrow as pa

from warehouse.python_models.groups import PARENT, UNIT, rows_to_build, starts
from warehouse.statistics.shrinkage import shrunk_rates

SIBLINGS = (*PARENT, "indicator_code")


def model(dbt, session):
    rows = rows_to_build(
        dbt, session, dbt.ref("shrinkable_result"), dbt.ref("earlier_period"), (*SIBLINGS, "division_code")
    )
    shrunk = shrunk_rates(
        rows["judged_numerator"].to_numpy(),
        rows["judged_denominator"].to_numpy(),
        starts(rows, SIBLINGS),
        int(dbt.config.meta_get("min_units")),
    )
    keys = rows.select([*UNIT, "indicator_code"])
    return session.from_arrow(keys.append_column("shrunk_value", pa.array(shrunk, from_pandas=True)))
