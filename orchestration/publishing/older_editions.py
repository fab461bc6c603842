"""What an edition of an older version lacks, by the published contract: a column is null there, a table has no rows, or
those that follow from what the edition has.

So a page, a document or a comparison asks every edition the same questions. Not here: who may see what (the dashboards'
`access`), or how one table follows from others (the model that builds it, `warehouse.model_sql`).
"""

from __future__ import annotations

from functools import cache

import duckdb
import yaml

from orchestration.installation.messages import Loader
from orchestration.installation.paths import CHECKOUT
from warehouse.model_sql import model_sql

CONTRACTS = CHECKOUT / "warehouse" / "models" / "published"
# Newer tables that follow from older ones, each behind what it follows from: the model, and what stands in there for
# what it refers to.
FOLLOWING = {
    "dim_division_ancestor": ("dim_division_ancestor", {"dim_division": "{dim_division}"}),
    "period": (
        "period",
        {
            "landed_indicator": (
                "(select period_start as period_month from {fct_indicator_result} where period_kind = 'month')"
            ),
            "trailing_window": "(select 0 as window_months where false)",
        },
    ),
    "earlier_period": ("earlier_period", {"period": "{period}"}),
    "dim_period": (
        "period_state",
        {
            "period": "{period}",
            "earlier_period": "{earlier_period}",
            "indicator_result": "{fct_indicator_result}",
            "division_score": "{fct_ranking}",
            "dim_division": "{dim_division}",
        },
    ),
    "dim_target_in_force": (
        "target_in_force",
        {
            "targets": "{dim_target}",
            "landed_indicator": (
                "(select division_code as township_code from {fct_indicator_result} where level = 'township')"
            ),
            "dim_division": "{dim_division}",
            "dim_division_ancestor": "{dim_division_ancestor}",
        },
    ),
}


def completed(database: duckdb.DuckDBPyConnection, edition: str) -> dict[str, str]:
    """Every table of the attached database `edition` and of the contract, each as what follows FROM."""
    present: dict[str, set[str]] = {}
    own = "from duckdb_columns() select table_name, column_name where database_name = $edition and not internal"
    for table, column in database.execute(own, {"edition": edition}).fetchall():
        present.setdefault(table, set()).add(column)
    promised = published_columns()
    tables = {
        table: _completed(f"{edition}.main.{table}", present.get(table), promised.get(table, {}))
        for table in sorted(present.keys() | promised.keys())
    }
    known = dict(tables)
    for name, (model, relations) in FOLLOWING.items():
        if name not in present:
            stand_ins = {referred: place.format_map(known) for referred, place in relations.items()}
            known[name] = f"({model_sql(model, stand_ins)})"
    return {table: known[table] for table in tables}


def _completed(place: str, present: set[str] | None, promised: dict[str, str]) -> str:
    nulls = [f"cast(null as {kind}) as {name}" for name, kind in promised.items() if name not in (present or ())]
    if present is None:
        return f"(select {', '.join(nulls)} where false)"
    return f"(select *, {', '.join(nulls)} from {place})" if nulls else place


@cache
def published_columns() -> dict[str, dict[str, str]]:
    """Type by column, by published table."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(CONTRACTS.glob("*.yml"))]
    models = [model for text in texts for model in yaml.load(text, Loader).get("models", [])]
    return {
        # A model whose table has the name of one in core is called `published_...`.
        model["name"].replace("published_", "dim_"): {one["name"]: one["data_type"] for one in model["columns"]}
        for model in models
    }
