"""What a right warehouse must find in the synthetic county, from the generator's own state.

It shares no code with landing, the rules' SQL or the models; only the seeds' codes and the contracts' column names.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.synthetic.county import County
from orchestration.synthetic.delivery import Delivery
from orchestration.synthetic.schedule import Rota
from orchestration.synthetic.truth.accounts import add_empty, count, landed_only, settle, withheld
from orchestration.synthetic.truth.landed import landed


def write_truth(folder: Path, county: County, rota: Rota, deliveries: list[Delivery], files: pd.DataFrame) -> int:
    """Settle all outcomes and write `folder`; `files` is the accounting of the clerk files. Gives how many cases."""
    world = county.world
    landing = landed(world.timeline, world.divisions, deliveries)
    folder.mkdir(parents=True, exist_ok=True)
    counts, failing = [], []
    with pq.ParquetWriter(folder / "cases.parquet", _CASES) as writer:
        for cases, failures in settle(world, landing):
            writer.write_table(
                pa.Table.from_pandas(_readable(county, cases)[_CASES.names], _CASES, preserve_index=False)
            )
            counts.append(count(cases))
            failing += failures
    planted = pd.DataFrame({"rule_id": county.planted.keys(), "records": county.planted.values()})
    tables = {
        "counts": _readable(county, landed_only(add_empty(pd.concat(counts), landing), landing))[_COUNTS],
        "withheld": _readable(county, withheld(landing))[["indicator_code", "period_month", "township_code"]],
        "rules": _readable(county, pd.concat(failing, ignore_index=True))[
            ["rule_id", "period_month", "township_code", "rows_failed"]
        ],
        "quarantine": _quarantine(files, deliveries),
        "planted": planted.astype({"records": "int64"}).sort_values("rule_id", ignore_index=True),
    }
    for name, table in tables.items():
        _write(folder, name, table)
    description = json.dumps(_description(county, rota), ensure_ascii=False, indent=1)
    (folder / "world.json").write_text(description + "\n", encoding="utf-8")
    return int(tables["counts"][["denominator", "pending"]].to_numpy().sum())


def write_files(folder: Path, files: pd.DataFrame) -> None:
    """The accounting of the clerk files: a row per file, with the day on which it is sent."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder, "files", files)


def _write(folder: Path, name: str, table: pd.DataFrame) -> None:
    pq.write_table(pa.Table.from_pandas(table, preserve_index=False), folder / f"{name}.parquet")


_CASES = pa.schema(
    [
        ("indicator_code", pa.string()),
        ("period_month", pa.date32()),
        ("division_code", pa.string()),
        ("township_code", pa.string()),
        ("case_ref", pa.string()),
        ("outcome", pa.string()),
    ]
)
_RULES = ["rule_id", "period_month", "township_code", "rows_failed"]
_COUNTS = ["indicator_code", "period_month", "township_code", "numerator", "denominator", "pending"]


def _readable(county: County, table: pd.DataFrame) -> pd.DataFrame:
    """Positions of months and townships as dates and 12-digit codes; -1 is the one township of another county."""
    months = (county.world.timeline.months[0] + table["period"].to_numpy("int64")).astype("M8[D]")
    codes = np.array([*county.world.divisions.townships, county.world.divisions.elsewhere], dtype=object)
    return table.assign(
        period_month=months.astype(object),
        township_code=codes[table["township"].to_numpy("int64")],
    )


def _quarantine(files: pd.DataFrame, deliveries: list[Delivery]) -> pd.DataFrame:
    """file_name, reason, rows: one row per file and reason."""
    parts = []
    for file_name, delivery in zip(files["file_name"], deliveries, strict=True):
        reasons = delivery.rows["quarantine"].value_counts().drop("", errors="ignore").sort_index()
        parts += [(file_name, reason, rows) for reason, rows in reasons.items()]
    return pd.DataFrame(parts, columns=["file_name", "reason", "rows"]).astype({"rows": "int64"})


def _description(county: County, rota: Rota) -> dict[str, object]:
    world = county.world
    codes = world.divisions.townships.tolist()

    def named(township: int | None) -> str | None:
        return None if township is None else codes[township]

    return {
        "county": world.divisions.county,
        "seed": world.seed,
        "defects": world.defects,
        "persons": len(world.persons),
        "months": [str(month) for month in world.timeline.months],
        "as_of": str(world.timeline.as_of),
        "gaming_township": named(world.gaming),
        "self_reporting_townships": [codes[t] for t in sorted(rota.self_reporting)],
        "late_township": named(rota.late),
        "forgetful_township": named(rota.forgetful),
        "township_with_empty_snapshot": named(rota.empty),
        "silent_township": named(rota.silent),
        "careless_townships": [codes[t] for t in np.flatnonzero(world.quality.careless)],
        "courses": {course: named(township) for course, township in world.quality.courses.items()},
        "quality": {
            codes[t]: {name: round(float(value), 6) for name, value in row.items()}
            for t, row in world.quality.parameters.iterrows()
        },
    }
