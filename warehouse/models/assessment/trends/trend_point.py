"""The charts, month by month: what each month said when it was the newest.

A month's chart is made of the months up to it: no later month rewrites it, and a run reads nothing before the windows
of the months that it computes. Divisions are taken in portions: a country needs little more memory than a county.

Not here: the charts themselves (`warehouse/statistics/`), and which months stand in them (`charted_month`).
"""

from datetime import date

import numpy as np
import pyarrow as pa

from warehouse.statistics.charting import CHARTS, ChartRules, charted_month
from warehouse.statistics.control_charts import KINDS, SIGNALS

# Series x months in one portion; the arrays of a window then take some hundred MB together.
PORTION = 4_000_000
SCHEMA = pa.schema(
    [
        (name, pa.string())
        for name in ("division_code", "indicator_code", "measure_kind", "chart", "signal", "signal_kind")
    ]
    + [(name, pa.date32()) for name in ("period_start", "rebased_on")]
    + [(name, pa.int64()) for name in ("numerator", "denominator", "cases_since_miss", "window_months")]
    + [(name, pa.float64()) for name in ("value", "centre", "lower", "upper", "near_lower", "near_upper")]
)
NUMBER = "year({0}) * 12 + month({0}) - 1"


def model(dbt, session):
    rules = ChartRules(
        dbt.config.meta_get("min_months"),
        dbt.config.meta_get("max_months"),
        dbt.config.meta_get("min_misses"),
        dbt.config.meta_get("tail"),
    )
    # Portions are read while those before are written, so reading needs a connection of its own. What comes back is a
    # relation of this one: any other table lies outside the transaction that empties the rebuilt months.
    reader = session.cursor()
    charted, rebases = (
        reader.sql(relation.sql_query()) for relation in (dbt.ref("charted_month"), dbt.ref("rebase_in_force"))
    )
    first = date.min
    if dbt.is_incremental:
        first = dbt.source("lake", "rebuild_month").min("period_month").fetchone()[0]
    newest = charted.filter(f"period_start >= date '{first}'") if first else charted.limit(0)
    months = [month for (month,) in newest.project(NUMBER.format("period_start")).distinct().order("1").fetchall()]
    batches = (
        batch
        for series, met, cases, rebased, oldest in _portions(reader, charted, rebases, months, rules.max_months)
        for month in months
        if (batch := _batch(series, met, cases, rebased, month, oldest, rules)).num_rows
    )
    return session.from_arrow(pa.RecordBatchReader.from_batches(SCHEMA, batches))


def _portions(reader, charted, rebases, months, max_months):
    """Portions of all series: their codes and kinds, the two counts by series and month, the rows of rebases, the first
    month (a number) of the counts."""
    if not months:
        return
    oldest = months[0] - max_months + 1
    span = months[-1] - oldest + 1
    read = charted.filter(f"period_start >= date '{oldest // 12}-{oldest % 12 + 1:02d}-01'")
    kinds = read.project("indicator_code, measure_kind").distinct().order("indicator_code").to_arrow_table()
    codes = read.project("division_code").distinct().order("division_code").to_arrow_table()["division_code"]
    kinds = kinds.append_column("place", pa.array(np.arange(len(kinds))))
    portion = max(1, PORTION // (len(kinds) * span))
    for start in range(0, len(codes), portion):
        part = codes.slice(start, portion).combine_chunks()
        divisions = reader.from_arrow(pa.table({"division_code": part, "row": np.arange(len(part)) * len(kinds)}))
        cells, begun = (
            rows.join(divisions, "division_code")
            .join(reader.from_arrow(kinds), "indicator_code")
            .project(f"row + place as series, {NUMBER.format(day)} as month, {counts}")
            .fetchnumpy()
            for rows, day, counts in ((read, "period_start", "numerator, denominator"), (rebases, "rebased_on", "0"))
        )
        met, cases = np.zeros((2, len(part) * len(kinds), span), dtype=np.int64)
        met[cells["series"], cells["month"] - oldest] = cells["numerator"]
        cases[cells["series"], cells["month"] - oldest] = cells["denominator"]
        yield (part, kinds), met, cases, (begun["series"], begun["month"]), oldest


def _batch(series, met, cases, rebased, month, oldest, rules):
    """What `month` says of each series of a portion."""
    (codes, kinds), (rebased_series, rebased_month) = series, rebased
    begun = np.full(len(met), -1)
    is_past = rebased_month <= month
    np.maximum.at(begun, rebased_series[is_past], rebased_month[is_past])
    first, end = month - oldest - rules.max_months + 1, month - oldest + 1
    kind = np.tile(kinds["measure_kind"].to_numpy(zero_copy_only=False), len(codes))
    is_score = kind == "score"
    found = charted_month(
        met[:, first:end],
        cases[:, first:end],
        begun - oldest - first,
        is_score,
        np.isin(kind, ("flow", "sample")),
        rules,
    )
    rows, last = found.series, found.last
    numerator, denominator = met[rows, end - 1], cases[rows, end - 1]
    no_count = is_score[rows]
    columns = {
        "division_code": codes.take(pa.array(rows // len(kinds))),
        "indicator_code": kinds["indicator_code"].combine_chunks().take(pa.array(rows % len(kinds))),
        "measure_kind": kinds["measure_kind"].combine_chunks().take(pa.array(rows % len(kinds))),
        "chart": pa.array(CHARTS).take(pa.array(found.chart)),
        "signal": pa.array(SIGNALS).take(pa.array(last.signal)),
        "signal_kind": pa.array([KINDS[sign] for sign in (-1, 0, 1)]).take(pa.array(last.direction + 1)),
        "period_start": _days(np.full(len(rows), month)),
        "rebased_on": _days(begun[rows]),
        "numerator": pa.array(numerator, mask=no_count),
        "denominator": pa.array(denominator, mask=no_count),
        "cases_since_miss": pa.array(found.cases_since_miss, mask=no_count),
        "window_months": pa.array(found.months),
        "value": pa.array(numerator / denominator),
    } | {
        name: pa.array(getattr(last, name), from_pandas=True)
        for name in ("centre", "lower", "upper", "near_lower", "near_upper")
    }
    return pa.record_batch([columns[name] for name in SCHEMA.names], schema=SCHEMA)


def _days(months):
    """The first days of months by number; none for a negative one."""
    return pa.array((months - 1970 * 12).astype("datetime64[M]").astype("datetime64[D]"), mask=months < 0)
