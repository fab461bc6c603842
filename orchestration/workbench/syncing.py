"""After a run: the incidents follow the ledger of failures.

Here: the one step of a run that writes to the workbench. Not here: what fails, or what becomes of an incident.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from orchestration.installation.paths import Home
from orchestration.workbench.failures import ended_by_withdrawal, failing_now, ledger_file
from orchestration.workbench.records import SyncOutcome
from orchestration.workbench.workbench import Workbench

if TYPE_CHECKING:
    from orchestration.installation.run_record import RunRecord


def sync_incidents(home: Home, record: RunRecord) -> SyncOutcome:
    """Open, join and resolve incidents by what the ledger says after the run. Raises WorkbenchError if the workbench
    cannot be reached; the next run catches up."""
    if not ledger_file(home).exists():
        return SyncOutcome(opened=0, joined=0, resolved=0, reopened=0)
    day = datetime.fromisoformat(record.started_at).date()
    return Workbench.open(home).sync(record.run_id, day, failing_now(home, record.run_id), ended_by_withdrawal(home))
