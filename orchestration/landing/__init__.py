"""Landing: clerks' files become typed, pseudonymous rows in the lake, with a record of what became of every row.

Here: which files of a folder are landed, in which order, and what is said about each. Not here: what the warehouse
makes of the rows; which batch governs; any business rule. Names, identity numbers and phones go no further than this
package, and are never in a text or an exception of it.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb

from orchestration.contracts import Contract, load_contracts
from orchestration.installation.clock import now
from orchestration.installation.lock import WAIT_SECONDS, exclusive
from orchestration.installation.paths import Home
from orchestration.landing.batch import BatchRecord, batch_id_of, lake_path, read_batches, withdrawal_of
from orchestration.landing.bounds import require_a_day_that_has_come
from orchestration.landing.delivery import (
    Delivery,
    FirstLooks,
    files_in,
    is_quiet,
    look,
    parse_name,
    sha256_of,
)
from orchestration.landing.headers import MASK
from orchestration.landing.loading import Loader
from orchestration.landing.naming import shown_name
from orchestration.landing.refusal import Refusal, Refused
from orchestration.landing.secret import require_same_secret

__all__ = ["BatchRecord", "LandingOutcome", "Refusal", "land", "land_under_lock", "read_batches"]

Progress = Callable[[str, int, int], None]
# Digits of a batch id by which people may name it.
SHORT_ID = 8


@dataclass
class LandingOutcome:
    """What became of each file of a folder: `landed` anew, `repeated` (same bytes as before: nothing to do),
    `refused` (still where it was), `waiting` (somebody is still writing it, or has just taken it away)."""

    landed: list[BatchRecord] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)


class StillBeingWritten(Exception):
    """The file changed, or was taken away, while it was looked at."""


def land(home: Home, folder: Path, *, keep_originals: bool, progress: Progress | None = None) -> LandingOutcome:
    """As `land_under_lock`, for whoever does not hold the installation's lock. Raises LockedError too."""
    with exclusive(home.lock, WAIT_SECONDS):
        return land_under_lock(home, folder, keep_originals=keep_originals, progress=progress)


def land_under_lock(
    home: Home,
    folder: Path,
    *,
    keep_originals: bool,
    progress: Progress | None = None,
    is_ready: Callable[[Path], bool] | None = None,
) -> LandingOutcome:
    """Land every file of `folder`, by name. `progress` is told the file, its rows so far, and the per cent of all
    bytes that lie behind. With `keep_originals` the folder is only read; without, a file is removed once its batch
    record is durable. One that was written within the last two seconds is left for the next run; in a folder that is
    only read, where there may be none, it is looked at again. `is_ready` takes the place of this rule.

    Raises ContractError, SecretError, OSError for the program's own files; never for what is in a clerk's file.
    """
    outcome = LandingOutcome()
    contracts = load_contracts()
    files = files_in(folder)
    sizes = [_size(path) for path in files]
    committed = read_batches(home)
    require_same_secret(home.person_key_secret, [record.key_fingerprint for record in committed])
    sequence = max((record.sequence for record in committed), default=0)
    is_ready = is_ready or (FirstLooks(files).were_last if keep_originals else is_quiet)
    landed_at = now().replace(tzinfo=None, microsecond=0)
    with closing(Loader(home)) as loader:
        for number, path in enumerate(files):
            name = shown_name(path)
            if MASK in name:
                name = f"{name} (#{number + 1})"  # Its place among the files, by name.
            behind = 100 * sum(sizes[:number]) // max(sum(sizes), 1)

            def rows_done(rows: int, name: str = name, percent: int = behind) -> None:
                if progress is not None:
                    progress(name, rows, percent)

            rows_done(0)
            try:
                if not is_ready(path):
                    raise StillBeingWritten
                seen = look(path)
                record = _land_file(home, loader, contracts, path, sequence + 1, landed_at, rows_done)
            except Refused as refused:
                outcome.refused.append(refused.of(name))
                continue
            except StillBeingWritten:
                outcome.waiting.append(name)
                continue
            except FileNotFoundError:
                if path.exists():
                    raise
                outcome.waiting.append(name)
                continue
            if record is None:
                outcome.repeated.append(name)
            else:
                sequence = record.sequence
                outcome.landed.append(record)
            # Somebody may have put a newer file in its place in the meantime: that one is for the next run.
            if not keep_originals and path.exists() and look(path) == seen:
                path.unlink(missing_ok=True)
    return outcome


def _size(path: Path) -> int:
    """Bytes; none if the file has been taken away since the folder was listed."""
    return path.stat().st_size if path.exists() else 0


def _land_file(
    home: Home,
    loader: Loader,
    contracts: dict[str, Contract],
    path: Path,
    sequence: int,
    landed_at: datetime,
    progress: Callable[[int], None],
) -> BatchRecord | None:
    """The record of one file, or None if the same bytes have landed before. Raises Refused, StillBeingWritten."""
    delivery, contract = _contract_of(path, contracts)
    scope_code = loader.scope_of(delivery, contract)
    first_look = look(path)

    def must_not_have_changed() -> None:
        if look(path) != first_look:
            raise StillBeingWritten

    if not path.is_file():
        raise Refused("no_file")
    try:
        sha256 = sha256_of(path)
    except PermissionError:
        raise Refused("no_permission") from None
    except FileNotFoundError:
        raise
    except OSError:
        raise Refused("unreadable_file") from None
    batch_id = batch_id_of(contract.source, scope_code, delivery.as_of, sha256)
    place = lake_path(home, contract.source, delivery.as_of, batch_id)
    if place.with_suffix(".json").exists():
        require_not_withdrawn(place)
        return None
    try:
        return loader.load(
            delivery,
            contract,
            batch_id=batch_id,
            scope_code=scope_code,
            sha256=sha256,
            sequence=sequence,
            landed_at=landed_at,
            before_commit=must_not_have_changed,
            progress=progress,
        )
    except (Refused, UnicodeError, OSError, duckdb.IOException):
        # Half a file may look like a broken one, one taken away like an unreadable one.
        must_not_have_changed()
        raise
    except (MemoryError, duckdb.OutOfMemoryException):
        raise Refused("no_memory") from None
    except (duckdb.DataError, duckdb.ProgrammingError, duckdb.InternalError) as error:
        # What DuckDB says of a value holds the value, which may be somebody's number.
        raise Refused("internal", error=type(error).__name__) from None


def require_not_withdrawn(place: Path) -> None:
    """Raises Refused for a batch that was taken back: whoever sends it again may not know that, and what people decided
    only people undo. `place` is where its rows lie."""
    if act := withdrawal_of(place):
        said = {"by": act.by, "day": f"{act.at:%Y-%m-%d}", "reason": act.reason}
        raise Refused("withdrawn", batch=place.stem[:SHORT_ID], **said)


def _contract_of(path: Path, contracts: dict[str, Contract]) -> tuple[Delivery, Contract]:
    delivery = parse_name(path, contracts)
    require_a_day_that_has_come(delivery.as_of)
    return delivery, contracts[delivery.source]
