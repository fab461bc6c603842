"""One run under the installation's lock: its record, what is said of it, and its log.

Here: opening and closing a run, timing its steps, and which error becomes which message. Not here: what a step does
(`steps`), their order (Dagster's, or `steps.build_edition`'s), or whether anything may be published (`audit`).
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from orchestration.installation.county_seeds import SeedsError
from orchestration.installation.lock import WAIT_SECONDS, exclusive
from orchestration.installation.paths import Home
from orchestration.installation.privacy import close_to_others
from orchestration.installation.progress import Reporter
from orchestration.installation.run_record import RunRecord, text
from orchestration.lake.catalogue import WarehouseBusyError
from orchestration.landing.secret import SecretError
from orchestration.warehouse_build.audit import NotAuditedError
from orchestration.warehouse_build.dbt_project import DbtProject, assemble
from orchestration.workbench.errors import WorkbenchError


class LandingBrokenError(Exception):
    """Landing broke off; what it met there is nobody's to read, so only the kind of error is told."""


class BlockedError(Exception):
    """A check that blocks has failed; the record says which."""


@dataclass(frozen=True)
class RunOptions:
    """What was asked for. A `landing_folder` other than the installation's own is read where it is and left untouched.
    With `rebuilds` the edition of another installation is built again in this one, with that one's waivers, and nobody
    is told. `accepts_rules` is who accepts what changed in the rules."""

    landing_folder: Path | None = None
    full_refresh: bool = False
    rebuilds: Home | None = None
    accepts_rules: str | None = None


@dataclass(frozen=True)
class Run:
    """An open run. What it does to the data is in the data; what it says of itself is in `record`."""

    home: Home
    project: DbtProject
    reporter: Reporter
    record: RunRecord
    options: RunOptions = field(default_factory=RunOptions)

    @property
    def run_id(self) -> str:
        return self.record.run_id

    @contextmanager
    def step(self, name: str) -> Generator[None]:
        """Show and time a step; an error in it is said in the record, and raised."""
        began = time.monotonic()
        self.reporter.step(name)
        try:
            yield
        except WarehouseBusyError as error:
            self.fail("run.warehouse_busy", file=error)
            raise
        except NotAuditedError as error:
            self.block(error.key, **error.values)
            raise BlockedError(error.key) from error
        except (SecretError, WorkbenchError) as error:
            self.fail(error.key, **error.values)
            raise
        except Exception as error:
            self.log_failure(name, error)
            if name == "landing":
                # Dagster keeps the text of an error and of whatever caused it.
                raise LandingBrokenError(type(error).__name__) from None
            raise
        finally:
            self.record.steps[name] = round(self.record.steps.get(name, 0) + time.monotonic() - began, 2)

    def block(self, key: str, **values: object) -> None:
        """Note a reason why nothing can be published."""
        self.record.state = "blocked"
        self.record.reasons.append(text(key, **values))

    def fail(self, key: str, **values: object) -> None:
        """Note why the run broke off."""
        self.record.state = "failed"
        self.record.reasons.append(text(key, **values))

    def log_failure(self, step: str, error: BaseException) -> None:
        """Write the traceback to the run's log and one line to the record.

        Landing sees what people must not: of its errors only the place is written, never the message.
        """
        log = self.home.logs / f"run-{self.run_id}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        if step == "landing":
            lines = [*traceback.format_tb(error.__traceback__), type(error).__name__]
        else:
            lines = traceback.format_exception(error)
        with log.open("a", encoding="utf-8") as file:
            file.writelines([f"{step}\n", *lines, "\n"])
        self.fail("run.broken", step=step, log=log)


@contextmanager
def open_run(
    home: Home,
    reporter: Reporter,
    landing_folder: Path | None = None,
    full_refresh: bool = False,
    wait_seconds: float = WAIT_SECONDS,
    rebuilds: Home | None = None,
    accepts_rules: str | None = None,
) -> Generator[Run]:
    """A run that holds the installation's lock; on leaving, what is due after a run is done, and `run.json` says how it
    ended. The options are those of `RunOptions`. Raises LockedError, SeedsError, DbtError."""
    from orchestration.runs.steps import follow_up

    with exclusive(home.lock, wait_seconds, on_wait=lambda: reporter.say("run.waiting_for_lock")):
        record = RunRecord.begin(home)
        if left := close_to_others(home.root):
            record.troubles.append(text("run.open_to_others", files=len(left), first=left[0]))
        try:
            project = assemble(home)
            record.notices = project.notices
            options = RunOptions(landing_folder, full_refresh, rebuilds, accepts_rules)
            run = Run(home, project, reporter, record, options)
            try:
                yield run
                if record.state == "failed" and not record.reasons:
                    record.state = "incomplete"
            finally:
                follow_up(run)
        except SeedsError as error:
            record.state = error.state
            record.reasons.append(error.text)
            raise
        finally:
            record.finish(home)
