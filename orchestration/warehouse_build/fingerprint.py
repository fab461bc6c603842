"""What the figures are made from, besides the batches: by its fingerprint a run knows whether the tables are current.

Here: which trees, versions and settings take part. Whole trees are hashed, because a list of files forgets. Not here:
landing, whose code decides about files to come and not about what lies in the lake.
"""

from __future__ import annotations

import os
from importlib.metadata import version
from pathlib import Path

from orchestration.installation.fingerprint import fingerprint
from orchestration.installation.paths import CHECKOUT, DBT_PROJECT, Home
from orchestration.landing.batch import withdrawals, withdrawals_digest

ENGINES = (
    *("dbt-core", "dbt-duckdb", "dbt-adapters", "dbt-common", "duckdb"),
    *("great-expectations", "numpy", "scipy", "pyarrow", "pandas"),
    "shuangbai",
)
# Read by models (`env_var`).
SETTINGS = ("SHUANGBAI_RANK_DRAWS",)
ROOMS = ("contracts", "lake", "ledger", "publishing", "warehouse_build")


def figure_trees(home: Home) -> list[Path]:
    """Every tree whose files decide what is published of the same batches."""
    return [
        home.seeds,
        DBT_PROJECT,
        CHECKOUT / "expectations",
        *(CHECKOUT / "orchestration" / room for room in ROOMS),
    ]


def build_fingerprint(home: Home) -> str:
    """Changes whenever the same batches could give other tables: seeds, models, statistics, rules, contracts, the code
    of catalogue, ledger and publication, engines, settings, and which of the batches speak no more, so that taking one
    back builds everything anew."""
    engines = [f"{name}={version(name)}" for name in ENGINES]
    settings = [f"{name}={os.environ.get(name, '')}" for name in SETTINGS]
    return fingerprint(figure_trees(home), " ".join([*engines, *settings, withdrawals_digest(withdrawals(home))]))
