"""One run from the command line: the lock, the job, the closing words; and what is said when something is wrong.

Here: which error becomes which message. Not here: the steps.
"""

from __future__ import annotations

from pathlib import Path

from orchestration.installation.county_seeds import SeedsError
from orchestration.installation.lock import WAIT_SECONDS, LockedError
from orchestration.installation.paths import Home
from orchestration.installation.progress import Reporter
from orchestration.installation.run_record import RunRecord, text
from orchestration.runs.run import Run, open_run
from orchestration.runs.summary import show_summary


def run_pipeline(
    home: Home,
    landing_folder: Path | None = None,
    full_refresh: bool = False,
    wait_seconds: float = WAIT_SECONDS,
    accepts_rules: str | None = None,
) -> RunRecord:
    """Everything new, through to an edition; `accepts_rules` is who accepts what changed in the rules. Never raises for
    the data, the seeds or another process."""
    record = RunRecord.begin(home)
    try:
        with Reporter() as reporter, open_run(
            home, reporter, landing_folder, full_refresh, wait_seconds, accepts_rules=accepts_rules
        ) as run:  # fmt: skip
            record = run.record
            _run(run)
    except LockedError:
        record.reasons.append(text("run.locked"))
    except SeedsError as error:
        record.state = error.state
        record.reasons.append(error.text)
    show_summary(record)
    return record


def _run(run: Run) -> None:
    from orchestration.runs.job import run_in_process

    try:
        run_in_process(run)
        if run.record.state == "incomplete":
            raise RuntimeError("the job ended without an edition")
    except Exception as error:  # The person at the keyboard gets one line; the log has the rest.
        run.log_failure("dagster", error)
