"""dbt's parsed project, kept by what was parsed, so that a second home, a moved one or a new one parses nothing anew.

Here: where a parsed project lies, loading it, keeping it, and how many are kept. Not here: parsing (dbt does).
dbt's own partial parsing asks for the same profile, in which the path of the warehouse differs from home to home.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

from orchestration.installation.durable import durable
from orchestration.installation.fingerprint import fingerprint
from orchestration.installation.paths import DBT_PROJECT, Home
from orchestration.warehouse_build.fingerprint import SETTINGS

LINKED = ("dbt_project.yml", "profiles.yml", "models", "macros", "tests")
# Git ignores dbt's own folder for what it makes, and `dbt clean` empties it.
KEPT = DBT_PROJECT / "target" / "parsed"
# A checkout has one project at a time, and tests try a few settings.
MAX_KEPT = 12
BINARY, TEXT = "partial_parse.msgpack", "manifest.json"  # dbt's own names
PLAN = "plan.json"
READERS = ("dbt-core", "dbt-duckdb", "dbt-adapters", "dbt-common")


def inputs_of(home: Home) -> str:
    """Fingerprint of all that dbt's manifest is made from: the project of `home`, dbt's versions, the settings."""
    readers = [f"{name}={version(name)}" for name in READERS]
    settings = [f"{name}={os.environ.get(name, '')}" for name in SETTINGS]
    return fingerprint([home.seeds, *(home.dbt_project / name for name in LINKED)], " ".join(readers + settings))


def copy_manifest(home: Home, inputs: str) -> bool:
    """Whether somebody has read these `inputs` before; their manifest is then `home.manifest`."""
    kept = KEPT / inputs / TEXT
    if not kept.exists():
        return False
    with durable(home.manifest) as temporary:
        shutil.copyfile(kept, temporary)
    (home.dbt_target / "inputs").write_text(inputs, encoding="utf-8")
    with suppress(OSError):  # Only the order in which readings are forgotten hangs on it.
        os.utime(kept.parent)
    return True


def load_parsed(home: Home, inputs: str) -> Any | None:
    """dbt's manifest of these `inputs` with the seeds of `home`, also written to `home.manifest`; None where nobody has
    read them yet."""
    from dbt.contracts.graph.manifest import Manifest
    from dbt.parser.manifest import extended_mashumuro_decoder

    if not copy_manifest(home, inputs):
        return None
    manifest = Manifest.from_msgpack((KEPT / inputs / BINARY).read_bytes(), decoder=extended_mashumuro_decoder)
    # The one place in a manifest that says where the project lies: seeds are read when they are built.
    for node in manifest.nodes.values():
        if node.resource_type == "seed":
            node.root_path = str(home.dbt_project)
    return manifest


def keep_parsed(home: Home, inputs: str) -> None:
    """Keep what dbt has just read in `home` for the next one, unless the checkout cannot be written to."""
    if not os.access(_existing(KEPT), os.W_OK):
        return
    KEPT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=KEPT, prefix=".") as folder:
        made = Path(folder) / inputs
        made.mkdir()
        for name in (BINARY, TEXT):
            shutil.copyfile(home.dbt_target / name, made / name)
        with suppress(OSError):  # Another process was quicker; both have read the same.
            made.rename(KEPT / inputs)
    newest_first = sorted((one for one in KEPT.iterdir() if not one.name.startswith(".")), key=_last_used, reverse=True)
    for forgotten in newest_first[MAX_KEPT:]:
        shutil.rmtree(forgotten, ignore_errors=True)


def kept_plan(home: Home, inputs: str) -> str | None:
    """The compiled plan of these `inputs`; None where nobody has compiled them yet."""
    for place in (KEPT / inputs / PLAN, home.dbt_target / f"{inputs}.plan"):
        if place.exists():
            return place.read_text(encoding="utf-8")
    return None


def keep_plan(home: Home, inputs: str, plan: str) -> None:
    """Keep what was compiled: beside the parsed project for all homes, or for this one where the checkout cannot be
    written to."""
    kept = KEPT / inputs
    is_shared = (kept / TEXT).exists() and os.access(kept, os.W_OK)
    place = kept / PLAN if is_shared else home.dbt_target / f"{inputs}.plan"
    # Under a name of its own: another process may be keeping the very same.
    with tempfile.NamedTemporaryFile(mode="w", encoding="utf-8", dir=place.parent, prefix=".", delete=False) as file:
        file.write(plan)
    os.replace(file.name, place)


def _existing(folder: Path) -> Path:
    return folder if folder.exists() else _existing(folder.parent)


def _last_used(folder: Path) -> float:
    """0 where another process has just forgotten it."""
    with suppress(FileNotFoundError):
        return folder.stat().st_mtime
    return 0
