"""What one run does, step by step: land, catalogue, build the border, validate, build the warehouse, ask whether it can
be believed, remember what failed, build what is told of that, publish, and tell the people concerned.

Here: the order of the steps, what counts as nothing new or as blocked, and what the run says of itself. Not here:
Dagster (`assets/` shows these steps as assets), the command line, or how any step works. What failed is remembered and
told after a blocked run too.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.installation.county_seeds import SeedsError
from orchestration.installation.lock import WAIT_SECONDS, exclusive
from orchestration.installation.paths import Home
from orchestration.installation.privacy import close_to_others
from orchestration.installation.progress import Reporter
from orchestration.installation.run_record import RunRecord, text
from orchestration.lake.catalogue import (
    Catalogued,
    WarehouseBusyError,
    catalogue,
    discard_warehouse,
    last_build,
    mark_built,
    warehouse_connection,
)
from orchestration.lake.waivers import InForce, waivers_digest, waivers_in_force
from orchestration.landing.batch import read_batches
from orchestration.landing.secret import SecretError, require_same_secret
from orchestration.publishing import current_edition_id, publish
from orchestration.publishing.rule_changes import Found, accept, acceptance_of, changes_of_build, changes_of_seeds, told
from orchestration.warehouse_build.dbt_project import DbtError, DbtProject, NodeResult, Stage, assemble
from orchestration.warehouse_build.fingerprint import build_fingerprint
from orchestration.workbench.errors import WorkbenchError

if TYPE_CHECKING:
    from expectations.run import OutgoingResult, RuleResult
    from orchestration.landing import LandingOutcome
# A list that long is read in `run.json`.
CHANGES_NAMED = 20


class LandingBrokenError(Exception):
    """Landing broke off; what it met there is nobody's to read, so only the kind of error is told."""


class BlockedError(Exception):
    """A check that blocks has failed; the record says which."""


@dataclass
class Build:
    """One run under the lock. The steps are called in order, each once; `record` says what came of them."""

    home: Home
    project: DbtProject
    reporter: Reporter
    landing_folder: Path
    keep_originals: bool
    full_refresh: bool
    record: RunRecord
    rebuilds: Home | None = None
    accepts_rules: str | None = None
    waivers: InForce = field(default_factory=list)
    catalogued: Catalogued | None = None
    has_work: bool = False
    is_remembered: bool = False
    checks: list[NodeResult] = field(default_factory=list)
    rules: list[RuleResult] | None = None
    outgoing: list[OutgoingResult] = field(default_factory=list)

    @property
    def run_id(self) -> str:
        return self.record.run_id

    def land(self) -> LandingOutcome:
        """Files to lake, quarantine or refusal."""
        from orchestration.landing import land_under_lock

        with self._step("landing"):
            self.landing_folder.mkdir(parents=True, exist_ok=True)
            outcome = land_under_lock(
                self.home,
                self.landing_folder,
                keep_originals=self.keep_originals,
                progress=lambda name, rows, percent: self.reporter.progress(f"{name} {rows:,}", percent, 100),
            )
            counts = self.record.counts
            counts["files"], counts["repeated"] = len(outcome.landed), len(outcome.repeated)
            for name in ("rows_in", "accepted", "quarantined", "non_data"):
                counts[name] = sum(getattr(record, name) for record in outcome.landed)
            self.record.waiting = list(outcome.waiting)
            self.record.unused = [record.file_name for record in outcome.landed if not record.accepted]
            self.record.refused = [
                {"file": refusal.file_name, "zh": refusal.message_zh, "en": refusal.message_en}
                for refusal in outcome.refused
            ]
            offered = counts["files"] + counts["repeated"]
            self.record.state = "refused" if outcome.refused and not offered else "nothing_new"
            return outcome

    def catalogue(self) -> Catalogued:
        """What has landed and what is waived, and the months to build; decides whether there is anything to do
        (`has_work`)."""
        with self._step("catalogue"):
            if self.rebuilds is None:
                fingerprints = [record.key_fingerprint for record in read_batches(self.home)]
                require_same_secret(self.home.person_key_secret, fingerprints)
            self.waivers = waivers_in_force(self.rebuilds or self.home)
            fingerprint = build_fingerprint(self.home)
            built = last_build(self.home)
            if self.full_refresh or built is None or built[0] != fingerprint:
                discard_warehouse(self.home)
                built = None
            self.catalogued = catalogue(self.home, self.waivers)
            now = (fingerprint, current_edition_id(self.home), waivers_digest(self.waivers))
            is_current = built == now
            self.has_work = bool(self.catalogued.batches) and (bool(self.catalogued.pending_months) or not is_current)
            if self.catalogued.withdrawn and not self.catalogued.batches:
                self.record.reasons.append(text("run.all_withdrawn"))
            if self.has_work:
                self.record.state = "failed"
                self.record.counts["months_rebuilt"] = len(self.catalogued.pending_months)
            return self.catalogued

    def build_border(self) -> list[NodeResult]:
        """Seeds and staging; of seeds whose changes somebody must accept nothing is built. Raises BlockedError."""
        with self._step("rules"):
            found = changes_of_seeds(self.home)
            if self.accepts_rules and found.changes:
                accept(self.home, found, self.accepts_rules)
        self._block_on_rules(found)
        return self._build("border", Stage.BORDER)

    def validate(self) -> list[RuleResult]:
        """The suites, on the months to build. A failing row blocks only if its rule says so."""
        from expectations.run import validate

        with self._step("validation"):
            self._list_rules()
            self.rules = validate(self.home.warehouse, self.run_id, self.reporter.progress)
            return self.rules

    def build_warehouse(self) -> list[NodeResult]:
        """Core, assessment and the published tables, but for what the ledger of failures tells."""
        return self._build("warehouse", Stage.WAREHOUSE)

    def validate_published(self) -> list[OutgoingResult]:
        """What is about to go out; a table that cannot be believed is noted as a reason to block."""
        from expectations.run import validate_published

        with self._step("outgoing"):
            self.outgoing = validate_published(self.home.warehouse)
            self.record.counts["tests_failed"] += sum(not result.is_met for result in self.outgoing)
            return self.outgoing

    def remember_failures(self) -> None:
        """All that this run's checks found, into the ledger."""
        from orchestration.ledger import record_failures

        with self._step("ledger"):
            self.is_remembered = True
            if self.rules is None:
                self._list_rules()
            record_failures(self.home, self.run_id, self.checks, self.outgoing, is_validated=self.rules is not None)

    def build_findings(self) -> list[NodeResult]:
        """The tables that the ledger is told in, and those that follow from them; their tests are remembered, too."""
        from orchestration.ledger import record_checks

        results = self._build("findings", Stage.FINDINGS)
        with self._step("ledger"):
            record_checks(self.home, self.run_id, [result for result in results if result.kind == "test"])
        return results

    def publish(self) -> str:
        """The new edition's id. From here on nothing is pending. Raises BlockedError."""
        # Asked of what is about to go out, whatever was built when and by whom.
        found = changes_of_build(self.home)
        self._block_on_rules(found)
        with self._step("publication"):
            edition = publish(self.home, self.waivers, self.checks, self.record.rules)
            mark_built(self.home, build_fingerprint(self.home), edition, waivers_digest(self.waivers))
            self.record.edition, self.record.state = edition, "published"
            return edition

    def build_edition(self) -> str:
        """All steps from the border to the edition's id, for whoever shows none. Raises BlockedError, DbtError."""
        self.block_on_failures(self.build_border())
        self.validate()
        self.block_on_failures(self.build_warehouse())
        self.validate_published()
        self.remember_failures()
        self.block_on_expectations()
        self.block_on_failures(self.build_findings())
        return self.publish()

    def tell(self) -> None:
        """What is due when a run is over, however it ended: the ledger, the incidents, the alerts.

        Nothing of it can undo the run: what goes wrong is logged and said, and the next run catches up.
        """
        if self.rebuilds is not None:
            return
        if self.record.state == "blocked" and not self.is_remembered:
            self._try(self.remember_failures)
        if self.is_remembered:
            self._try(self._sync_incidents)
        self._try(self._send_alerts)

    def _sync_incidents(self) -> None:
        from orchestration.workbench import sync_incidents

        with self._step("incidents"):
            sync_incidents(self.home, self.record)

    def _send_alerts(self) -> None:
        from orchestration.alerts import send_alerts

        with self._step("alerts"):
            send_alerts(self.home, self.record)

    def _list_rules(self) -> None:
        from orchestration.warehouse_build.rule_catalogue import all_rules, write_rules

        with warehouse_connection(self.home) as connection:
            write_rules(connection, all_rules(self.project.manifest()))

    def table_rows(self) -> dict[str, int]:
        """Rows of each table of the builder's file, by `schema.name`."""
        with warehouse_connection(self.home) as connection:
            return dict(
                connection.execute(
                    "select schema_name || '.' || table_name, estimated_size from duckdb_tables()"
                ).fetchall()
            )

    def block_on_failures(self, results: list[NodeResult]) -> None:
        """Raise BlockedError if a test with severity error has failed, and DbtError if a model could not be built."""
        if broken := [result for result in results if result.is_error]:
            error = DbtError("\n".join(f"{result.name}: {result.message}" for result in broken))
            self.log_failure("warehouse", error)
            raise error
        failing = [result for result in results if result.is_blocking]
        for result in failing:
            self._name_failure(result)
        if failing:
            raise BlockedError(", ".join(result.name for result in failing))

    def block_on_expectations(self) -> None:
        """Raise BlockedError if an expectation that blocks has failed, on an extract or on what goes out."""
        from expectations.suite import load_outgoing, load_suites

        suites = [*load_suites(), *load_outgoing()]
        blocking = {rule.meta.rule_id: rule.meta for suite in suites for rule in suite.expectations if rule.meta.blocks}
        failed = {}
        for result in self.rules or []:
            if result.rule_id in blocking and result.rows_failed:
                table, rows = failed.get(result.rule_id, (result.source, 0))
                failed[result.rule_id] = table, rows + result.rows_failed
        for result in self.outgoing:
            if result.rule_id in blocking and not result.is_met:
                failed[result.rule_id] = result.table, "-" if result.rows_failed is None else result.rows_failed
        for rule_id, (table, rows) in failed.items():
            meta = blocking[rule_id]
            self.block("run.expectation_failed", table=table, zh=meta.text_zh, en=meta.text_en, rows=rows)
        if failed:
            raise BlockedError(", ".join(failed))

    def _name_failure(self, result: NodeResult) -> None:
        """Say what a test found and what to do, in the words that the catalogue of rules has for it."""
        from orchestration.warehouse_build.rule_catalogue import dbt_rules

        rule = next(rule for rule in dbt_rules(self.project.manifest()) if rule.rule_id == result.name)
        words = {"zh": rule.text_zh, "en": rule.text_en, "fix_zh": rule.fix_zh, "fix_en": rule.fix_en}
        self.block("run.test_failed", table=rule.source, rows=result.failures, **words)

    def _block_on_rules(self, found: Found) -> None:
        """Note what changed in the rules, and who accepted it; raise BlockedError if somebody must and nobody has."""
        acceptance = acceptance_of(self.home, found)
        self.record.rules = told(found, acceptance)
        if found.blocking and acceptance is None:
            self.block("rules.blocked", count=len(found.blocking))
            self.record.reasons += [change.words() for change in found.blocking[:CHANGES_NAMED]]
            if (more := len(found.blocking) - CHANGES_NAMED) > 0:
                self.record.reasons.append(text("rules.more", count=more))
            raise BlockedError("rules")

    def block(self, key: str, **values: object) -> None:
        """Note a reason why nothing can be published."""
        self.record.state = "blocked"
        self.record.reasons.append(text(key, **values))

    def fail(self, key: str, **values: object) -> None:
        """Note why the run broke off."""
        self.record.state = "failed"
        self.record.reasons.append(text(key, **values))

    def _build(self, step: str, stage: Stage) -> list[NodeResult]:
        with self._step(step):
            results = self.project.build_stage(stage, self.reporter.progress)
            self.checks += [result for result in results if result.kind == "test"]
            self.record.counts["tests_failed"] = sum(result.status in ("fail", "warn") for result in self.checks)
            return results

    def _try(self, step: Callable[[], None]) -> None:
        """A step after the run: its failure is said, and leaves the run as it ended."""
        state, reasons = self.record.state, len(self.record.reasons)
        try:
            step()
        except Exception:
            self.record.state = state
            self.record.troubles += self.record.reasons[reasons:]
            del self.record.reasons[reasons:]

    @contextmanager
    def _step(self, name: str) -> Iterator[None]:
        began = time.monotonic()
        self.reporter.step(name)
        try:
            yield
        except WarehouseBusyError as error:
            self.fail("run.warehouse_busy", file=error)
            raise
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
def open_build(
    home: Home,
    reporter: Reporter,
    landing_folder: Path | None = None,
    full_refresh: bool = False,
    wait_seconds: float = WAIT_SECONDS,
    rebuilds: Home | None = None,
    accepts_rules: str | None = None,
) -> Iterator[Build]:
    """A build that holds the installation's lock; on leaving, the people concerned are told, and `run.json` says how it
    ended.

    A `landing_folder` other than the installation's own is left untouched. With `rebuilds` the edition of another
    installation is built again in this one, with that one's waivers, and nobody is told. `accepts_rules` is who accepts
    what changed in the rules. Raises LockedError, SeedsError, DbtError.
    """
    with exclusive(home.lock, wait_seconds, on_wait=lambda: reporter.say("run.waiting_for_lock")):
        record = RunRecord.begin()
        if left := close_to_others(home.root):
            record.troubles.append(text("run.open_to_others", files=len(left), first=left[0]))
        try:
            project = assemble(home)
            record.notices = project.notices
            build = Build(
                home=home,
                project=project,
                reporter=reporter,
                landing_folder=landing_folder or home.landing,
                keep_originals=landing_folder is not None,
                full_refresh=full_refresh,
                record=record,
                rebuilds=rebuilds,
                accepts_rules=accepts_rules,
            )
            try:
                yield build
            finally:
                build.tell()
        except SeedsError as error:
            record.state = error.state
            record.reasons.append(text(error.key, **error.values))
            raise
        finally:
            record.finish(home)
