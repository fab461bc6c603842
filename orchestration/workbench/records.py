"""The records that go into and come out of the workbench, and the words in them.

Here: frozen dataclasses and the lists of codes; their texts are in `installation/messages.yml` (`workbench.*`). Not
here: tables, or rules about who may do what. Moments are in UTC; days are days.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import Row

Status = Literal["new", "acknowledged", "assigned", "resolved"]
Action = Literal["open", "rows", "acknowledge", "assign", "resolve", "comment", "waive", "withdraw"]
AnswerCode = Literal["corrected", "right_as_is", "not_ours", "cannot_tell"]

STATUSES: tuple[Status, ...] = ("new", "acknowledged", "assigned", "resolved")
ANSWERS: tuple[AnswerCode, ...] = ("corrected", "right_as_is", "not_ours", "cannot_tell")
# Why a person did what they did to an incident; why a row is right in spite of its rule.
REASONS = (
    *("being_looked_into", "sent_to_township", "sent_to_source", "corrected", "proven_right", "rule_in_doubt"),
    "other",
)
WAIVER_REASONS = ("proven_right", "document_seen", "rule_does_not_fit", "other")
# The actor of what no person did; nobody may call themselves that.
SYSTEM = "auto"


@dataclass(frozen=True)
class Event:
    """One thing that was done to an incident. `rows` is the number of failing or waived rows, where it says one."""

    at: datetime
    actor: str
    action: Action
    from_status: Status | None
    to_status: Status | None
    assignee: str | None
    reason: str | None
    comment: str | None
    rows: int | None


@dataclass(frozen=True)
class Incident:
    """One open or ended trouble of a rule and a township (12 digits; None where the rule has no township).

    `version` grows with every change of status or assignee: hand back the one that the person saw. `rows` is how many
    rows failed when it was last seen. `previous_id` is the ended incident that this one follows. `history` is filled
    by `Workbench.incident` only, oldest first.
    """

    id: int
    rule_id: str
    source: str
    division_code: str | None
    status: Status
    assignee: str | None
    version: int
    rows: int
    opened_on: date
    last_seen_on: date
    runs_failing: int
    resolved_at: datetime | None
    resolved_by: str | None
    previous_id: int | None
    history: tuple[Event, ...] = ()

    @property
    def is_open(self) -> bool:
        return self.status != "resolved"


@dataclass(frozen=True)
class Failing:
    """What of a rule and township fails now. `is_new`: this run found rows of it, they are not only carried over."""

    rule_id: str
    source: str
    division_code: str | None
    rows: int
    is_new: bool


@dataclass(frozen=True)
class SyncOutcome:
    """How many incidents a run opened, joined and resolved; `reopened` are opened ones that follow an ended one."""

    opened: int
    joined: int
    resolved: int
    reopened: int


@dataclass(frozen=True)
class RowKey:
    """One failing row, as the ledger of failures knows it: a number is a row's only in its township."""

    rule_id: str
    source: str
    record_ref: str
    division_code: str | None = None


def row_key(row: RowKey | Waiver | Answer | Row) -> RowKey:
    """Of which failing row it speaks."""
    return RowKey(row.rule_id, row.source, row.record_ref, row.division_code)


@dataclass(frozen=True)
class Waiver:
    """A row that is right in spite of the rule, until and with `expires_on` of the data's own days."""

    id: int
    rule_id: str
    source: str
    record_ref: str
    division_code: str | None
    reason: str
    comment: str
    author: str
    created_at: datetime
    expires_on: date
    withdrawn_at: datetime | None
    withdrawn_by: str | None
    withdrawn_comment: str | None

    @property
    def is_active(self) -> bool:
        """Not withdrawn. Whether it still counts for a row depends on the day of the row's export: `counts_on`."""
        return self.withdrawn_at is None

    def counts_on(self, as_of: date) -> bool:
        return self.is_active and self.expires_on >= as_of


@dataclass(frozen=True)
class Answer:
    """What a township says about one of its failing rows. The comment may be blank."""

    rule_id: str
    source: str
    record_ref: str
    division_code: str | None
    answer: AnswerCode
    comment: str = ""


@dataclass(frozen=True)
class GivenAnswer(Answer):
    """An answer as it was read in: by whom, from which file, when. `is_newest` of its row."""

    id: int = 0
    actor: str = ""
    file_name: str = ""
    given_at: datetime | None = None
    is_newest: bool = True


@dataclass(frozen=True)
class ImportOutcome:
    """Answers stored, already known, and left out because the row is not in the ledger of failures (or not theirs)."""

    new: int
    same: int
    unknown: int


@dataclass(frozen=True, order=True)
class Condition:
    """Something that can be announced once and recover: what kind, of what (a rule, an indicator, a source), where
    (12 digits) and for which day or month. Blank where it has none."""

    kind: str
    subject: str = ""
    source: str = ""
    division_code: str = ""
    period: str = ""
