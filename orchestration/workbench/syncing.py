"""After a run: the incidents follow the ledger of failures.

Here: the one step of a run that writes to the workbench, and whether it is due. Not here: what fails, or what becomes
of an incident.
"""

from __future__ import annotations

from datetime import datetime

from orchestration.installation.durable import durable
from orchestration.installation.paths import Home
from orchestration.workbench.failures import ended_by_withdrawal, failing_now, ledger_file, newest_entry
from orchestration.workbench.records import SyncOutcome
from orchestration.workbench.workbench import Workbench


def incidents_are_due(home: Home) -> bool:
    """Whether the ledger knows more than the incidents do: the run that wrote it may have been killed before this."""
    entry, mark = newest_entry(home), home.incidents_follow
    return entry is not None and (not mark.exists() or mark.read_text(encoding="utf-8") != entry)


def sync_incidents(home: Home) -> SyncOutcome:
    """Open, join and resolve incidents by what the ledger says, under the run and the day that wrote it. Raises
    WorkbenchError if the workbench cannot be reached; the next run catches up."""
    entry = newest_entry(home)
    if entry is None or not ledger_file(home).exists():
        return SyncOutcome(opened=0, joined=0, resolved=0, reopened=0)
    run_id, _, _ = entry.partition("-")
    day = datetime.strptime(run_id[:8], "%Y%m%d").date()
    outcome = Workbench.open(home).sync(run_id, day, failing_now(home, run_id), ended_by_withdrawal(home))
    with durable(home.incidents_follow) as temporary:
        temporary.write_text(entry, encoding="utf-8")
    return outcome
