"""What the townships of a county truly differ by in a month, beyond what counting alone brings.

It is the variance about their common rate, whichever centre a funnel is drawn around: who all miss a target do not
differ by that. Months are taken one after the other, so that a country's are never held together.

Not here: the formula (`warehouse/statistics/funnel.py`), and what follows from it (`funnel`).
"""

import pyarrow as pa

from warehouse.statistics.funnel import between_unit_variance

FUNNEL = "period_start, parent_code, indicator_code"
POINT = f"dense_rank() over (order by {FUNNEL}) - 1 as funnel, value, denominator, rate"
SCHEMA = pa.schema(
    [
        ("period_start", pa.date32()),
        ("parent_code", pa.string()),
        ("indicator_code", pa.string()),
        ("between_variance", pa.float64()),
    ]
)


def model(dbt, session):
    reader = session.cursor()
    units = reader.sql(dbt.ref("funnel_unit").sql_query())
    if dbt.is_incremental:
        first = dbt.source("lake", "rebuild_month").min("period_month").fetchone()[0]
        units = units.filter(f"period_start >= date '{first}'") if first else units.limit(0)
    months = [month for (month,) in units.project("period_start").distinct().order("1").fetchall()]
    winsorised = dbt.config.meta_get("winsorised_share")
    batches = (_batch(units.filter(f"period_start = date '{month}'"), winsorised) for month in months)
    return session.from_arrow(pa.RecordBatchReader.from_batches(SCHEMA, batches))


def _batch(units, winsorised):
    point = units.project(POINT).order("all").fetchnumpy()
    keys = units.project(FUNNEL).distinct().order(FUNNEL).to_arrow_table().combine_chunks()
    variance = between_unit_variance(point["value"], point["denominator"], point["rate"], point["funnel"], winsorised)
    columns = [keys[name].combine_chunks() for name in SCHEMA.names[:-1]]
    return pa.record_batch([*columns, pa.array(variance)], schema=SCHEMA)
