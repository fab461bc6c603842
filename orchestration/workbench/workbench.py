"""The door to the workbench: one method for each thing that can be done there, each a transaction of its own.

Here: checking what was typed, and the transaction. Not here: how it is stored (the other modules of the package).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date

from orchestration.installation.clock import now
from orchestration.installation.messages import command_line_messages
from orchestration.installation.paths import Home
from orchestration.workbench import announcements, answers, incidents, typed, waivers
from orchestration.workbench.database import Database
from orchestration.workbench.errors import WorkbenchError
from orchestration.workbench.failures import known_rows
from orchestration.workbench.incidents import Unit
from orchestration.workbench.records import (
    ANSWERS,
    REASONS,
    WAIVER_REASONS,
    Action,
    Answer,
    Condition,
    Failing,
    GivenAnswer,
    ImportOutcome,
    Incident,
    RowKey,
    SyncOutcome,
    Waiver,
    row_key,
)


def workbench_text(kind: str, code: str, language: str) -> str:
    """What a code is called; `kind` is status, action, reason, waiver_reason or answer. Raises KeyError."""
    return command_line_messages()(f"workbench.{kind}.{code}", language)


class Workbench:
    """Every method raises WorkbenchError, with a message in both languages, for what it cannot accept or reach.

    `actor` is the name of the person who acts; comments are at most 1,000 characters, names 60, and nothing may look
    like an identity or a mobile number.
    """

    def __init__(self, home: Home) -> None:
        self._home, self._database = home, Database(home)

    @classmethod
    def open(cls, home: Home) -> Workbench:
        """The installation's own, or the one that `SHUANGBAI_WORKBENCH_URL` names; its tables are made if missing."""
        return cls(home)

    # Incidents

    def incidents(
        self,
        division_code: str | None = None,
        rule_id: str | None = None,
        is_open: bool | None = None,
        assignee: str | None = None,
    ) -> list[Incident]:
        """Those that match, newest first, without history."""
        with self._database.reading() as connection:
            return incidents.matching(connection, division_code, rule_id, is_open, assignee)

    def incident(self, incident_id: int) -> Incident:
        """One, with its history."""
        with self._database.reading() as connection:
            return incidents.read(connection, incident_id)

    def acknowledge(self, incident_id: int, version: int, actor: str, reason: str, comment: str) -> Incident:
        """Somebody has seen it. Raises ConcurrentEditError if `version` is not the newest, as the next two do."""
        return self._move("acknowledge", incident_id, version, actor, reason, comment)

    def assign(self, incident_id: int, version: int, actor: str, assignee: str, reason: str, comment: str) -> Incident:
        """It is somebody's; may be done again."""
        return self._move("assign", incident_id, version, actor, reason, comment, typed.name(assignee, "assignee"))

    def resolve(self, incident_id: int, version: int, actor: str, reason: str, comment: str) -> Incident:
        """It is over; a run that finds it failing again opens one that names this one."""
        return self._move("resolve", incident_id, version, actor, reason, comment)

    def comment(self, incident_id: int, actor: str, comment: str) -> Incident:
        """Said about it, open or not."""
        actor, comment = typed.name(actor), typed.comment(comment)
        with self._database.writing() as connection:
            return incidents.remark(connection, incident_id, actor, comment)

    def sync(
        self, run_id: str, day: date, failing: list[Failing], withdrawn: Mapping[Unit, str] | None = None
    ) -> SyncOutcome:
        """After a run of `day`: `failing` is all that fails now; an incident of anything else is resolved. `withdrawn`
        says of rule, source and township which file's withdrawal has ended it."""
        with self._database.writing() as connection:
            return incidents.sync(connection, run_id, day, failing, withdrawn or {})

    # Waivers

    def waive(
        self,
        rows: list[RowKey],
        actor: str,
        reason: str,
        comment: str,
        expires_on: date,
        today: date | None = None,
    ) -> list[Waiver]:
        """All rows or none. `expires_on` is the last day of export on which they count; not before `today`."""
        actor, comment = typed.name(actor), typed.comment(comment)
        typed.code(reason, WAIVER_REASONS)
        if not isinstance(expires_on, date) or expires_on < (today or now().astimezone().date()):
            raise WorkbenchError("workbench.expired_already")
        if not rows:
            raise WorkbenchError("workbench.no_rows")
        with self._database.writing() as connection:
            return waivers.give(connection, rows, actor, reason, comment, expires_on)

    def withdraw(self, waiver_id: int, actor: str, comment: str) -> Waiver:
        """It stays as history and counts no more, for whatever month."""
        actor, comment = typed.name(actor), typed.comment(comment)
        with self._database.writing() as connection:
            return waivers.withdraw(connection, waiver_id, actor, comment)

    def waivers(
        self, is_active: bool | None = None, rule_id: str | None = None, division_code: str | None = None
    ) -> list[Waiver]:
        """Newest first. Active means not withdrawn; whether one has expired depends on the row (`counts_on`)."""
        with self._database.reading() as connection:
            return waivers.matching(connection, is_active, rule_id, division_code)

    # Answers

    def record_answers(self, given: list[Answer], actor: str, file_name: str) -> ImportOutcome:
        """What a worklist brought back, all or nothing. Rows that the ledger of failures does not know, or knows in
        another township than the answer says (in several, if it says none), are counted as unknown and left out."""
        actor, file_name = typed.name(actor), typed.file_name(file_name)
        known = known_rows(self._home, [row_key(answer) for answer in given])
        accepted = []
        for answer in given:
            meant = known.get(row_key(answer), [])
            if len(meant) != 1:
                continue
            typed.code(answer.answer, ANSWERS)
            try:
                comment = typed.comment(answer.comment, is_required=False)
            except WorkbenchError as error:
                raise WorkbenchError("workbench.bad_answer", record=answer.record_ref, **error.text) from None
            accepted.append(replace(answer, comment=comment, division_code=meant[0].division_code))
        with self._database.writing() as connection:
            return answers.record(connection, accepted, len(given) - len(accepted), actor, file_name)

    def answers(
        self, rule_id: str | None = None, division_code: str | None = None, is_newest: bool | None = True
    ) -> list[GivenAnswer]:
        """Last given first; of each row only the newest, unless asked otherwise."""
        with self._database.reading() as connection:
            return answers.matching(connection, rule_id, division_code, is_newest)

    # What was announced

    def announced(self, channel: str) -> frozenset[Condition]:
        """What the channel was told and not yet told to be over."""
        with self._database.reading() as connection:
            return announcements.standing(connection, channel)

    def remember_announced(
        self, channel: str, announced: Collection[Condition], recovered: Collection[Condition]
    ) -> None:
        """That the channel was told these, and that those are over."""
        with self._database.writing() as connection:
            announcements.remember(connection, channel, announced, recovered)

    def _move(
        self,
        action: Action,
        incident_id: int,
        version: int,
        actor: str,
        reason: str,
        comment: str,
        assignee: str | None = None,
    ) -> Incident:
        actor, comment = typed.name(actor), typed.comment(comment)
        typed.code(reason, REASONS)
        with self._database.writing() as connection:
            return incidents.move(connection, action, incident_id, version, actor, reason, comment, assignee)
