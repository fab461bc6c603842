"""What people write: incidents and their history, waivers, the townships' answers, what was announced.

Here: `Workbench`, the only door to the database behind it, and the plain records that come out of it. Not here: what
fails (the ledger of failures), what a waiver does to a figure (the warehouse), or how it is shown (`dashboards/`). No
object of SQLAlchemy leaves this package, and nothing a person could be told by enters it.
"""

from orchestration.workbench.errors import ConcurrentEditError, WorkbenchError
from orchestration.workbench.records import (
    ANSWERS,
    REASONS,
    STATUSES,
    SYSTEM,
    WAIVER_REASONS,
    Answer,
    Condition,
    Event,
    Failing,
    GivenAnswer,
    ImportOutcome,
    Incident,
    RowKey,
    SyncOutcome,
    Waiver,
    row_key,
)
from orchestration.workbench.syncing import incidents_are_due, sync_incidents
from orchestration.workbench.workbench import Workbench, workbench_text

__all__ = [
    "ANSWERS",
    "REASONS",
    "STATUSES",
    "SYSTEM",
    "WAIVER_REASONS",
    "Answer",
    "ConcurrentEditError",
    "Condition",
    "Event",
    "Failing",
    "GivenAnswer",
    "ImportOutcome",
    "Incident",
    "RowKey",
    "SyncOutcome",
    "Waiver",
    "Workbench",
    "WorkbenchError",
    "incidents_are_due",
    "row_key",
    "sync_incidents",
    "workbench_text",
]
