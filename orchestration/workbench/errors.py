"""What can go wrong at the workbench, each with one message in Chinese and English.

Here: the errors. Not here: the texts (`orchestration/installation/messages.yml`).
"""

from __future__ import annotations

from orchestration.installation.errors import BilingualError
from orchestration.installation.messages import LANGUAGES, command_line_messages
from orchestration.workbench.records import SYSTEM, Incident


class WorkbenchError(BilingualError):
    """The workbench cannot be used as asked, or not be reached."""


class ConcurrentEditError(WorkbenchError):
    """Somebody was quicker. `incident` is the state they left, with its history."""

    def __init__(self, incident: Incident) -> None:
        self.incident = incident
        moved = [event.actor for event in incident.history if event.from_status != event.to_status or event.assignee]
        messages = command_line_messages()
        names = {
            f"actor_{language}": messages("workbench.actor.auto", language) if moved[-1] == SYSTEM else moved[-1]
            for language in LANGUAGES
        }
        super().__init__("workbench.edited_meanwhile", **names)
