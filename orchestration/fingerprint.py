"""Fingerprints of files: what a result was made from, as one short text.

Here: hashing. Not here: deciding what follows from a change.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path

from orchestration.landing.batch import Act, withdrawals
from orchestration.paths import CONTRACTS, DBT_PROJECT, EXPECTATIONS, Home

SUFFIXES = (".csv", ".sql", ".py", ".yml", ".yaml")
ENGINES = ("dbt-core", "dbt-duckdb", "duckdb", "great-expectations", "shuangbai")


def fingerprint(places: Iterable[Path], extra: str = "") -> str:
    """SHA-256 over the names and bytes of every file at or below `places` (links followed), and `extra`."""
    digest = hashlib.sha256(extra.encode())
    for place in places:
        files = sorted(file for file in place.rglob("*") if file.suffix in SUFFIXES) if place.is_dir() else [place]
        for file in files:
            digest.update(f"\n{place.name}/{file.relative_to(place)}\n".encode())
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def project_places(home: Home) -> list[Path]:
    """What dbt's manifest is made from."""
    parts = ("dbt_project.yml", "profiles.yml", "models", "macros", "tests")
    return [home.seeds, *(DBT_PROJECT / part for part in parts if (DBT_PROJECT / part).exists())]


def build_fingerprint(home: Home) -> str:
    """Changes whenever the same batches could give other tables: seeds, models, rules, contracts, engines, and which of
    the batches speak no more, so that taking one back builds everything anew."""
    engines = " ".join(f"{name}={version(name)}" for name in ENGINES)
    places = [*project_places(home), DBT_PROJECT / "statistics", EXPECTATIONS, CONTRACTS]
    return fingerprint(places, engines + withdrawals_digest(withdrawals(home)))


def withdrawals_digest(withdrawn: Mapping[str, Act]) -> str:
    """Changes with every batch that is withdrawn or speaks again; empty while none is."""
    acts = "\n".join(f"{batch_id} {act.model_dump_json()}" for batch_id, act in withdrawn.items())
    return hashlib.sha256(acts.encode()).hexdigest() if acts else ""
