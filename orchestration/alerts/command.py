"""`shuangbai alerts`: does a message arrive, and what would be sent after the last run.

Here: what the command prints, and its exit code. Not here: sending, or the words of an alert.
"""

from __future__ import annotations

import sys
from dataclasses import fields

from orchestration.alerts import AlertsError, read_settings, read_situation, what_to_send
from orchestration.alerts.delivery import deliver
from orchestration.alerts.digest import trial_digest
from orchestration.alerts.forms import plain
from orchestration.alerts.settings import Settings
from orchestration.installation.messages import command_line_messages
from orchestration.installation.paths import Home
from orchestration.installation.run_record import RunRecord, read_run_record
from orchestration.workbench import Workbench, WorkbenchError


def alerts(home: Home, is_dry_run: bool) -> int:
    """Send a test message to every channel, or print what the last run would send; 1 if something is wrong."""
    try:
        settings = read_settings(home)
        if settings is None:
            print(command_line_messages().both("alerts.off", file=home.alerts), file=sys.stderr)
            return 1
        return _show(home, settings) if is_dry_run else _test(settings)
    except (AlertsError, WorkbenchError) as error:
        print(error, file=sys.stderr)
        return 1


def _show(home: Home, settings: Settings) -> int:
    both = command_line_messages().both
    run = read_run_record(home)
    if run is None:
        print(both("alerts.no_run"), file=sys.stderr)
        return 1
    record = RunRecord(**{field.name: run[field.name] for field in fields(RunRecord) if field.name in run})
    situation = read_situation(home, record, settings.due_within_hours)
    for name, (digest, _) in what_to_send(settings, situation, Workbench.open(home)).items():
        print(f"── {name}")
        print(plain(digest) if digest else both("alerts.nothing") + "\n")
    return 0


def _test(settings: Settings) -> int:
    digest = trial_digest(settings.language)
    outcomes = deliver(settings, {channel.name: digest for channel in settings.channels})
    for name, error in outcomes.items():
        print(f"{'▲' if error else '●'} {name}")
        print(f"{error or command_line_messages().both('alerts.sent', channel=name)}")
    return 1 if any(outcomes.values()) else 0
