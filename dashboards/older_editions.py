"""What an edition of an older version lacks, by the published contract: a column is null there, a table has no rows.

So a page or a document asks every edition the same questions. Not here: who may see what (`access/scopes.py`).
"""

from __future__ import annotations

from functools import cache

import duckdb
import yaml

from orchestration.installation.messages import Loader
from orchestration.installation.paths import CHECKOUT

CONTRACTS = CHECKOUT / "warehouse" / "models" / "published"


def completed(database: duckdb.DuckDBPyConnection, edition: str) -> dict[str, str]:
    """Every table of the attached database `edition` and of the contract, each as what follows FROM."""
    present: dict[str, set[str]] = {}
    own = "from duckdb_columns() select table_name, column_name where database_name = $edition and not internal"
    for table, column in database.execute(own, {"edition": edition}).fetchall():
        present.setdefault(table, set()).add(column)
    promised = published_columns()
    return {
        table: _completed(f"{edition}.main.{table}", present.get(table), promised.get(table, {}))
        for table in sorted(present.keys() | promised.keys())
    }


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
