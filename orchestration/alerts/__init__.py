"""Alerts: after a run, one digest of what is new and what is over, to the channels of `alerts.yml`; off without it.

Here: who is told what, once. Not here: what holds (`situation`), the words (`digest`), sending (`delivery`), or the
memory of what was told (`workbench`). Each channel has a memory of its own: one that failed is told at the next run
what the others know already. A person is never in an alert: it is made from counts.
"""

from __future__ import annotations

import traceback

from orchestration.alerts.delivery import deliver
from orchestration.alerts.digest import Digest, compose
from orchestration.alerts.errors import AlertsError, PartlySentError
from orchestration.alerts.settings import Settings, read_settings
from orchestration.alerts.situation import Situation, read_situation
from orchestration.installation.paths import Home
from orchestration.installation.run_record import RunRecord, Text, text
from orchestration.workbench import Condition, Workbench, WorkbenchError

News = tuple[frozenset[Condition], frozenset[Condition]]

__all__ = ["AlertsError", "news", "read_settings", "read_situation", "send_alerts", "what_to_send"]


def send_alerts(home: Home, record: RunRecord) -> None:
    """Tell every channel what it has not been told, and note in `record.alerts` what did not arrive. Never raises: that
    is no reason for a run to fail, and is tried again after the next."""
    try:
        if settings := read_settings(home):
            record.alerts += _send(home, record, settings)
    except AlertsError as error:
        record.alerts.append(error.text)
    except WorkbenchError as error:
        record.alerts.append(error.text)
    except Exception as error:  # The run is over and what it did stands.
        log = home.logs / f"run-{record.run_id}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a", encoding="utf-8") as file:
            file.writelines(["alerts\n", *traceback.format_exception(error), "\n"])
        record.alerts.append(text("run.broken", step="alerts", log=log))


def what_to_send(
    settings: Settings, situation: Situation, workbench: Workbench
) -> dict[str, tuple[Digest | None, News]]:
    """By channel: the digest, None if there is nothing to tell, and the conditions that begin and end with it."""
    found = {}
    for channel in settings.channels:
        new, over = news(situation, workbench.announced(channel.name))
        found[channel.name] = compose(situation, new, over, settings.language), (new, over)
    return found


def news(situation: Situation, announced: frozenset[Condition]) -> News:
    """What holds and was not announced; what was announced and holds no more, among the kinds that were looked at."""
    return (
        frozenset(situation.counts) - announced,
        frozenset(what for what in announced if what.kind in situation.judged and what not in situation.counts),
    )


def _send(home: Home, record: RunRecord, settings: Settings) -> list[Text]:
    situation = read_situation(home, record, settings.due_within_hours)
    workbench = Workbench.open(home)
    to_send = what_to_send(settings, situation, workbench)
    outcomes = deliver(settings, {name: digest for name, (digest, _) in to_send.items() if digest})
    notes = []
    for name, (_, (new, over)) in to_send.items():
        error = outcomes.get(name)
        if error:
            notes.append(text("alerts.not_sent", channel=name, **error.text))
        if (new or over) and (error is None or isinstance(error, PartlySentError)):
            workbench.remember_announced(name, new, over)
    return notes
