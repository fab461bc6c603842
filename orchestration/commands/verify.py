"""Whether what is stored is still what was stored, and whether the edition follows from it.

Here: recomputing counts and hashes and comparing them: the lake's files with their records, the current edition with
its stamp and with the lake; if asked, the edition is built anew and compared to the last bit. Not here: mending.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pyarrow.parquet as pq
from rich.console import Console

from orchestration.installation.county_seeds import SeedsError
from orchestration.installation.lock import WAIT_SECONDS, LockedError, exclusive
from orchestration.installation.messages import command_line_messages
from orchestration.installation.paths import Home
from orchestration.installation.progress import Reporter
from orchestration.installation.run_record import Text, text
from orchestration.lake.catalogue import warehouse_connection
from orchestration.lake.waivers import waivers_digest, waivers_in_force
from orchestration.landing.batch import (
    BatchRecord,
    batch_id_of,
    quarantine_path,
    read_batches,
    withdrawals,
    withdrawals_digest,
)
from orchestration.landing.delivery import sha256_of
from orchestration.landing.secret import SecretError, require_same_secret
from orchestration.publishing import read_edition
from orchestration.publishing.contents import table_digests
from orchestration.publishing.edition import DATABASE
from orchestration.runs.run import BlockedError, open_run
from orchestration.runs.steps import build_edition, catalogue_lake
from orchestration.warehouse_build.audit import is_as_audited
from orchestration.warehouse_build.dbt_project import DbtError
from orchestration.workbench.errors import WorkbenchError


def verify(home: Home, is_rebuilt: bool = False, wait_seconds: float = WAIT_SECONDS) -> int:
    """Say what was compared and what differs. The exit code: 0 if nothing does, else 1."""
    batches: Sequence[BatchRecord] = []
    edition: dict[str, Any] = {}
    try:
        with Reporter() as reporter, exclusive(
            home.lock, wait_seconds, on_wait=lambda: reporter.say("run.waiting_for_lock")
        ):  # fmt: skip
            batches, edition = read_batches(home), read_edition(home) or {}
            problems = [
                *secret_problems(home, batches),
                *lake_problems(home, batches),
                *edition_problems(home, batches, edition),
                *builder_problems(home),
            ]
            if is_rebuilt and not problems:
                problems = rebuild_problems(home, batches, edition, reporter)
    except LockedError:
        problems = [text("run.locked")]
    console = Console(file=sys.stderr if problems else sys.stdout)
    for problem in problems:
        console.print(f"{problem['zh']}\n{problem['en']}", highlight=False, markup=False, soft_wrap=True)
    if not problems:
        rows = {name: sum(getattr(batch, name) for batch in batches) for name in ("accepted", "quarantined")}
        said = command_line_messages().both(
            "verify.same_again" if is_rebuilt else "verify.sound",
            **rows,
            files=len(batches),
            tables=len(edition["digests"]),
            edition=edition["edition_id"],
        )
        console.print(said, highlight=False, markup=False, soft_wrap=True)
        if keyless := sum(batch.key_fingerprint is None for batch in batches):
            said = command_line_messages().both("verify.keyless", count=keyless)
            console.print(said, highlight=False, markup=False, soft_wrap=True)
    return 1 if problems else 0


def secret_problems(home: Home, batches: Sequence[BatchRecord]) -> Iterator[Text]:
    """The secret in place is the one that the lake's persons were hashed with."""
    try:
        require_same_secret(home.person_key_secret, [batch.key_fingerprint for batch in batches])
    except SecretError as error:
        yield error.text


def lake_problems(home: Home, batches: Sequence[BatchRecord]) -> Iterator[Text]:
    """A record's files hold as many rows and the very bytes that it says. (That it accounts for every row of the
    clerk's file, it says of itself: no other record can be read.)"""
    for batch in batches:
        accepted, rejected = Path(batch.parquet_path), quarantine_path(home, batch.source, batch.batch_id)
        if batch.batch_id != batch_id_of(batch.source, batch.scope_code, batch.as_of, batch.sha256):
            yield text("verify.record", file=batch.file_name)
        for path, expected in ((accepted, batch.accepted), (rejected, batch.quarantined)):
            counted = _row_count(path) if path.exists() else None if path == accepted else 0
            if counted != expected:
                yield text(
                    "verify.rows",
                    file=batch.file_name,
                    place=path.relative_to(home.root),
                    expected=expected,
                    counted="-" if counted is None else counted,
                )
        if accepted.exists() and batch.stored_sha256 not in (None, sha256_of(accepted)):
            yield text("verify.bytes", file=batch.file_name, place=accepted.relative_to(home.root))


def edition_problems(home: Home, batches: Sequence[BatchRecord], edition: dict[str, Any]) -> Iterator[Text]:
    """The tables are those that were stamped, and what they were made from lies in the lake."""
    if "digests" not in edition:
        yield text("verify.unstamped" if edition else "verify.no_edition")
        return
    try:
        with duckdb.connect(str(home.current_edition.resolve() / DATABASE), read_only=True) as published:
            found = table_digests(published)
            inputs = dict(published.execute("select batch_id, sha256 from fct_batch").fetchall())
    except duckdb.Error:
        yield text("verify.unreadable", edition=edition["edition_id"])
        return
    yield from _differing("verify.table", edition["digests"], found)
    landed = {batch.batch_id: batch.sha256 for batch in batches}
    for batch_id, sha256 in sorted(inputs.items()):
        if landed.get(batch_id) != sha256:
            yield text("verify.input", batch=batch_id)


def builder_problems(home: Home) -> Iterator[Text]:
    """The tables that the next run starts from are those that were checked. (Where they are not, it starts anew.)"""
    if not home.warehouse.exists():
        return
    try:
        with warehouse_connection(home) as connection:
            if not is_as_audited(connection):
                yield text("verify.builder", file=home.warehouse.name)
    except duckdb.Error:
        yield text("verify.builder_unreadable", file=home.warehouse.name)


def rebuild_problems(
    home: Home, batches: Sequence[BatchRecord], edition: dict[str, Any], reporter: Reporter
) -> list[Text]:
    """What the same lake and waivers give with the seeds and the software in force, built in a folder of its own."""
    if pending := {batch.batch_id for batch in batches} - set(edition["batch_ids"]):
        return [text("verify.pending", files=len(pending))]
    if withdrawals_digest(withdrawals(home)) != edition.get("withdrawals", ""):
        return [text("verify.other_withdrawals")]
    try:
        if waivers_digest(waivers_in_force(home)) != edition.get("waivers", waivers_digest([])):
            return [text("verify.other_waivers")]
    except WorkbenchError as error:
        return [error.text]
    home.scratch.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=home.scratch, prefix="verify-") as folder:
        twin = Home(Path(folder))
        for mine, its in ((home.lake, twin.lake), (home.quarantine, twin.quarantine)):
            its.symlink_to(mine, target_is_directory=True)
        try:
            with open_run(twin, reporter, rebuilds=home) as run:
                catalogue_lake(run)
                build_edition(run)
        except SeedsError as error:
            return [error.text]
        except (BlockedError, DbtError):
            return [text("verify.not_rebuilt"), *run.record.reasons]
        rebuilt = read_edition(twin) or {}
        return list(_differing("verify.other_table", edition["digests"], rebuilt.get("digests", {})))


def _differing(key: str, expected: dict[str, str], found: dict[str, str]) -> Iterator[Text]:
    for table in sorted(expected.keys() | found.keys()):
        if expected.get(table) != found.get(table):
            yield text(key, table=table)


def _row_count(path: Path) -> int | None:
    """None if it is no Parquet file any more."""
    try:
        return pq.ParquetFile(path).metadata.num_rows
    except (OSError, ValueError):
        return None
