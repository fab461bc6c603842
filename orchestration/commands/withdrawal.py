"""`shuangbai withdraw`: a delivery is taken back, or a taking back undone.

Here: which batch is meant, what may be said of it, and the one place that writes the mark. Not here: the mark itself
(`landing.batch`), what the next build makes of it (`lake_catalogue`), or who may do it (the pages ask for the right).
Nothing is removed: the batch's rows and record stay, and the mark keeps every act.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

from orchestration.installation.clock import now
from orchestration.installation.lock import WAIT_SECONDS, LockedError, exclusive
from orchestration.installation.messages import command_line_messages
from orchestration.installation.paths import Home
from orchestration.landing import SHORT_ID
from orchestration.landing.batch import Act, BatchRecord, read_batches, withdrawals, write_act
from orchestration.workbench import typed
from orchestration.workbench.errors import WorkbenchError

__all__ = ["SHORT_ID", "AsItWasError", "about", "withdraw", "withdraw_command", "withdrawals"]

NAMES_SHOWN = 10
NOTHING_NEW = 3


class AsItWasError(WorkbenchError):
    """The batch is already what it was to become."""


def withdraw_command(home: Home, name: str, by: str, reason: str, is_undone: bool) -> int:
    """Say what became of it; the exit code: 0 done, 3 nothing to do, 1 not possible."""
    try:
        record = withdraw(home, name, by, reason, is_undone=is_undone)
    except AsItWasError as error:
        print(error)
        return NOTHING_NEW
    except WorkbenchError as error:
        print(error, file=sys.stderr)
        return 1
    except LockedError:
        print(command_line_messages().both("run.locked"), file=sys.stderr)
        return 1
    print(command_line_messages().both("withdraw.undone" if is_undone else "withdraw.done", **about(record)))
    return 0


def withdraw(
    home: Home, name: str, by: str, reason: str, *, is_undone: bool = False, wait_seconds: float = WAIT_SECONDS
) -> BatchRecord:
    """The batch called `name`, now withdrawn (or, with `is_undone`, speaking again); durable.

    Raises AsItWasError, WorkbenchError for a name that is none or not one alone and for what may not be kept as
    somebody's name or reason, LockedError.
    """
    by, reason = typed.name(by), typed.reason(reason)
    with exclusive(home.lock, wait_seconds):
        record = _meant(read_batches(home), name.strip(), is_undone)
        if (record.withdrawal is None) == is_undone:
            raise AsItWasError("withdraw.not_withdrawn" if is_undone else "withdraw.already", **about(record))
        at = now().replace(tzinfo=None, microsecond=0)
        write_act(record, Act(kind="restored" if is_undone else "withdrawn", at=at, by=by, reason=reason))
    return record


def about(record: BatchRecord) -> dict[str, object]:
    """What is said of a batch: its file, short id, accepted rows, and by whom it was withdrawn, when and why."""
    said = {"file": record.file_name, "batch": record.batch_id[:SHORT_ID], "accepted": f"{record.accepted:,}"}
    if (act := record.withdrawal) is not None:
        said |= {"by": act.by, "day": f"{act.at:%Y-%m-%d}", "reason": act.reason}
    return said


def _meant(records: Sequence[BatchRecord], name: str, is_undone: bool) -> BatchRecord:
    """The one batch of that file name, or whose id begins so. Of several of one name those count that can still become
    what is asked for. Raises WorkbenchError."""
    file_name = Path(name).name
    named = [record for record in records if record.file_name == file_name]
    is_id = len(name) >= SHORT_ID or name in {record.batch_id for record in records}
    found = named or [record for record in records if is_id and record.batch_id.startswith(name.lower())]
    changeable = [record for record in found if (record.withdrawal is not None) == is_undone]
    if len(found) > 1 and changeable:
        found = changeable
    if not found:
        names = get_close_matches(file_name, {record.file_name for record in records}, NAMES_SHOWN)
        known = "".join(f"\n  {one}" for one in sorted(names)) or "\n  –"
        raise WorkbenchError("withdraw.unknown", name=name, digits=SHORT_ID, known=known)
    if len(found) > 1:
        known = "".join(f"\n  {record.batch_id}  {record.file_name}  {record.landed_at}" for record in found)
        raise WorkbenchError("withdraw.ambiguous", name=name, known=known)
    return found[0]
