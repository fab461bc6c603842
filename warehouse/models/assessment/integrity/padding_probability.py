"""How likely so many services of a kind are by chance alone, given the township's months before and the others' change.

Months are taken one after the other, so that a country's windows are never held together.

Not here: which months are compared (SQL), the formula (statistics), or what follows from a small probability.
"""

import pyarrow as pa

from warehouse.statistics.integrity import surge_probability

KEY = "period_start, township_code, service_kind"
SCHEMA = pa.schema(
    [
        ("period_start", pa.date32()),
        ("township_code", pa.string()),
        ("service_kind", pa.string()),
        ("expected", pa.float64()),
        ("p_value", pa.float64()),
    ]
)


def model(dbt, session):
    reader = session.cursor()
    services = reader.sql(dbt.ref("service_month").sql_query())
    tests = reader.sql(dbt.ref("chance_test").sql_query()).filter("signal_kind = 'padding'")
    if dbt.is_incremental:
        first = dbt.source("lake", "rebuild_month").min("period_month").fetchone()[0]
        tests = tests.filter(f"period_start >= date '{first}'") if first else tests.limit(0)
    months = [month for (month,) in tests.project("period_start").distinct().order("1").fetchall()]
    batches = (
        _batch(*(relation.filter(f"period_start = date '{month}'") for relation in (tests, services)))
        for month in months
    )
    return session.from_arrow(pa.RecordBatchReader.from_batches(SCHEMA, batches))


def _batch(tests, services):
    keys = tests.project(KEY).order(KEY).to_arrow_table().combine_chunks()
    counts = tests.project(KEY).join(services, KEY).order(f"{KEY}, period_month").project("events, events_elsewhere")
    own, elsewhere = (column.reshape(len(keys), -1) for column in counts.fetchnumpy().values())
    expected, p_value = surge_probability(own, elsewhere)
    columns = [keys[name].combine_chunks() for name in SCHEMA.names[:3]]
    return pa.record_batch([*columns, pa.array(expected), pa.array(p_value)], schema=SCHEMA)
