"""An edition on disk: a folder under a temporary name, made durable, renamed, and only then pointed to.

Here: the folder, its name and the link. Not here: what the file holds (`contents`). Nothing that exists is ever
changed: a process killed anywhere leaves the last edition in place, and at most a folder whose name begins with a dot.
"""

from __future__ import annotations

import json
import os
import shutil
import stat
from pathlib import Path
from typing import Any

from orchestration.installation.clock import next_stamp, now
from orchestration.installation.paths import Home
from orchestration.lake.catalogue import warehouse_connection
from orchestration.lake.waivers import waivers_of
from orchestration.landing.batch import withdrawals
from orchestration.publishing.contents import EditionStamp, content_hash, copy_published, stamp_edition
from orchestration.warehouse_build.audit import executed_checks, require_audited

DATABASE, RECORD = "shuangbai.duckdb", "edition.json"


def publish(home: Home, rules: dict[str, Any]) -> str:
    """Copy schema `published` of the builder's file into a new edition, make it current, and return its id. The stamp
    says which waivers counted, how the checks ended and which `rules` changed (as `rule_changes.told` has it).

    Raises NotAuditedError, and publishes nothing, unless all checks have passed on what the file holds, and the copy is
    what they have seen."""
    with warehouse_connection(home) as connection:
        audited = require_audited(connection, home)
        checks, waivers = executed_checks(connection), waivers_of(connection)
    home.editions.mkdir(parents=True, exist_ok=True)
    _remove_leftovers(home.editions)
    folder = home.editions / ".new.tmp"
    folder.mkdir()
    digests = copy_published(home.warehouse, folder / DATABASE, audited)
    created_at = now()
    edition_id = f"{next_stamp(created_at, _editions(home))}-{content_hash(digests)[:8]}"
    stamp = stamp_edition(folder / DATABASE, edition_id, created_at, checks, waivers, rules, withdrawals(home), digests)
    _seal(folder, stamp)
    folder.rename(home.editions / edition_id)
    _flush(home.editions)
    _point_to(home.current_edition, edition_id)
    return edition_id


def read_edition(home: Home) -> dict[str, Any] | None:
    """The current edition's `edition.json`; None before the first publication."""
    record = home.current_edition / RECORD
    return json.loads(record.read_text(encoding="utf-8")) if record.exists() else None


def current_edition_id(home: Home) -> str | None:
    """The id of the edition that `current` points to, if its file is there."""
    return home.current_edition.resolve().name if (home.current_edition / DATABASE).exists() else None


def _editions(home: Home) -> list[str]:
    return [folder.name for folder in home.editions.iterdir() if folder.name[:1].isdigit()]


def _seal(folder: Path, stamp: EditionStamp) -> None:
    """Write the record, make both files read-only, for their owner alone, and everything durable."""
    (folder / RECORD).write_text(stamp.model_dump_json(indent=1) + "\n", encoding="utf-8")
    for file in (folder / DATABASE, folder / RECORD):
        file.chmod(stat.S_IRUSR)
        _flush(file)
    _flush(folder)


def _point_to(link: Path, edition_id: str) -> None:
    temporary = link.with_name(f".{link.name}.tmp")
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(edition_id, target_is_directory=True)
    os.replace(temporary, link)
    _flush(link.parent)


def _remove_leftovers(editions: Path) -> None:
    """Folders of runs that were killed before their edition had a name."""
    for leftover in editions.glob(".*.tmp"):
        leftover.unlink() if leftover.is_symlink() else shutil.rmtree(leftover)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
