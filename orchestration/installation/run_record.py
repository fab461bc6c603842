"""How a run ended, as `run.json` in the installation: read by `status` and by the pages.

Here: the record, its states, its exit codes. Not here: deciding the state. No text in it repeats a cell of a file.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal

from orchestration.installation.clock import next_stamp, now
from orchestration.installation.durable import durable
from orchestration.installation.messages import LANGUAGES, command_line_messages
from orchestration.installation.paths import Home

State = Literal["published", "nothing_new", "incomplete", "blocked", "refused", "failed"]
# `incomplete`: some of the steps were taken, from Dagster; the command line takes all of them.
EXIT_CODES: dict[State, int] = {
    "published": 0,
    "nothing_new": 3,
    "incomplete": 1,
    "blocked": 4,
    "refused": 1,
    "failed": 1,
}
COUNTS = ("files", "repeated", "rows_in", "accepted", "quarantined", "non_data", "months_rebuilt", "tests_failed")

Text = dict[str, str]


def text(key: str, **values: object) -> Text:
    """A message in both languages."""
    return {language: command_line_messages()(key, language, **values) for language in LANGUAGES}


@dataclass
class RunRecord:
    """One run. `steps` holds seconds by step; `reasons` say why nothing was published, `refused` what was not read,
    `unused` which files landed without one row being accepted, `troubles` what went wrong afterwards, `alerts` which of
    them could not be sent, `notices` what is worth knowing of the seeds, `rules` what changed in them since the last
    edition and who accepted it."""

    run_id: str
    started_at: str
    state: State = "failed"
    finished_at: str | None = None
    edition: str | None = None
    seconds: float = 0.0
    reasons: list[Text] = field(default_factory=list)
    refused: list[Text] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    troubles: list[Text] = field(default_factory=list)
    alerts: list[Text] = field(default_factory=list)
    notices: list[Text] = field(default_factory=list)
    rules: dict[str, Any] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTS, 0))
    steps: dict[str, float] = field(default_factory=dict)

    @classmethod
    def begin(cls, home: Home) -> RunRecord:
        """Run ids sort by the order of the runs, whatever the clock says."""
        began = now()
        known = [folder.name for folder in home.quality.glob("[0-9]*")]
        with suppress(ValueError, KeyError):  # A torn record says nothing of an order that the ledger keeps, too.
            known += [run["run_id"]] if (run := read_run_record(home)) else []
        return cls(run_id=next_stamp(began, known), started_at=began.isoformat(timespec="seconds"))

    @property
    def exit_code(self) -> int:
        return EXIT_CODES[self.state]

    def finish(self, home: Home) -> None:
        """Stamp the end and write `run.json`."""
        ended = now()
        self.finished_at = ended.isoformat(timespec="seconds")
        self.seconds = round((ended - datetime.fromisoformat(self.started_at)).total_seconds(), 1)
        with durable(home.run_record) as temporary:
            temporary.write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def read_run_record(home: Home) -> dict[str, Any] | None:
    """The newest run's record; None before the first run."""
    if not home.run_record.exists():
        return None
    return json.loads(home.run_record.read_text(encoding="utf-8"))
