"""What a run does, step by step: land, catalogue, build staging, validate it, build the warehouse, keep what failed,
build the quality tables, publish, and follow up.

Each step is a function of the run; what one leaves for the next is in the builder's file, so that any of them may be
taken alone, and the gate before publication (`audit`) knows what has been. Not here: Dagster (`assets/` shows these
steps as assets), the command line, or how any step works.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orchestration.installation.run_record import text
from orchestration.lake.catalogue import (
    Catalogued,
    catalogue,
    discard_warehouse,
    last_build,
    mark_built,
    warehouse_connection,
)
from orchestration.lake.waivers import waivers_digest, waivers_in_force, waivers_of
from orchestration.landing.batch import read_batches
from orchestration.landing.secret import require_same_secret
from orchestration.publishing import current_edition_id, publish
from orchestration.publishing.rule_changes import Found, accept, acceptance_of, changes_of_build, changes_of_seeds, told
from orchestration.runs.run import BlockedError, Run
from orchestration.warehouse_build import audit
from orchestration.warehouse_build.audit import ExecutedCheck
from orchestration.warehouse_build.dbt_project import DbtError, NodeResult, Stage
from orchestration.warehouse_build.fingerprint import build_fingerprint

if TYPE_CHECKING:
    from expectations.run import OutgoingResult, RuleResult
    from orchestration.landing import LandingOutcome

# A list that long is read in `run.json`.
CHANGES_NAMED = 20
# Each stage's step, in the run's record and in the audit.
STEP_OF = {Stage.STAGING: "staging", Stage.WAREHOUSE: "warehouse", Stage.QUALITY: "quality"}


@dataclass(frozen=True)
class Work:
    """What the catalogue holds, how many waivers count, and whether there is anything to do."""

    catalogued: Catalogued
    waivers: int
    has_work: bool


def land(run: Run) -> LandingOutcome:
    """Files to lake, quarantine or refusal."""
    from orchestration.landing import land_under_lock

    folder = run.options.landing_folder or run.home.landing
    with run.step("landing"):
        folder.mkdir(parents=True, exist_ok=True)
        outcome = land_under_lock(
            run.home,
            folder,
            keep_originals=run.options.landing_folder is not None,
            progress=lambda name, rows, percent: run.reporter.progress(f"{name} {rows:,}", percent, 100),
        )
        record, counts = run.record, run.record.counts
        counts["files"], counts["repeated"] = len(outcome.landed), len(outcome.repeated)
        for name in ("rows_in", "accepted", "quarantined", "non_data"):
            counts[name] = sum(getattr(landed, name) for landed in outcome.landed)
        record.waiting = list(outcome.waiting)
        record.unused = [landed.file_name for landed in outcome.landed if not landed.accepted]
        record.refused = [
            {"file": refusal.file_name, "zh": refusal.message_zh, "en": refusal.message_en}
            for refusal in outcome.refused
        ]
        offered = counts["files"] + counts["repeated"]
        record.state = "refused" if outcome.refused and not offered else "nothing_new"
        return outcome


def catalogue_lake(run: Run) -> Work:
    """What has landed and what is waived, and the months to build. A file that others have begun, or whose tables are
    not what was checked, is thrown away: everything in it can be built again from the lake."""
    with run.step("catalogue"):
        home = run.home
        if run.options.rebuilds is None:
            require_same_secret(home.person_key_secret, [record.key_fingerprint for record in read_batches(home)])
        waivers = waivers_in_force(run.options.rebuilds or home)
        fingerprint = build_fingerprint(home)
        built = last_build(home)
        if run.options.full_refresh or built is None or built[0] != fingerprint or not _is_as_audited(run):
            discard_warehouse(home)
            built = None
        catalogued = catalogue(home, waivers, fingerprint)
        is_current = built == (fingerprint, current_edition_id(home), waivers_digest(waivers))
        has_work = bool(catalogued.batches) and (bool(catalogued.pending_months) or not is_current)
        if catalogued.withdrawn and not catalogued.batches:
            run.record.reasons.append(text("run.all_withdrawn"))
        if has_work:
            run.record.state = "incomplete"
            run.record.counts["months_rebuilt"] = len(catalogued.pending_months)
        return Work(catalogued, len(waivers), has_work)


def build_stage(run: Run, stage: Stage, only: Collection[str] | None = None) -> list[NodeResult]:
    """Build a stage and run its tests; raise BlockedError first if somebody must accept what changed in the rules.

    With `only` (unique ids of its nodes) a part of it is built, which proves nothing: the stage has then still to be
    built whole before an edition can be published. What failed is for the caller to say (`require_passed`).
    """
    if stage is Stage.STAGING:
        _compare_rules(run)
    step = STEP_OF[stage]
    with run.step(step):
        with warehouse_connection(run.home) as connection:
            audit.inputs_of(connection, run.home)
            audit.begin(connection, step)
        results = run.project.build_stage(stage, run.reporter.progress, only)
        if only is None:
            checks = [result.as_check() for result in results if result.kind == "test"]
            _keep_checks(run, step, checks)
            _end(run, step, passed=not any(result.is_error or result.is_blocking for result in results))
    if stage is Stage.QUALITY and only is None:
        _keep_checks_of_quality(run)
    return results


def validate_staging(run: Run) -> list[RuleResult]:
    """The suites, on the months to build. Whether a failing row blocks is asked in `require_expectations`."""
    from expectations.run import validate

    with run.step("validation"):
        with warehouse_connection(run.home) as connection:
            audit.begin(connection, "validation")
        _list_rules(run)
        rules = validate(run.home.warehouse, run.run_id, run.reporter.progress)
        _end(run, "validation", passed=True)
        return rules


def validate_published(run: Run) -> list[OutgoingResult]:
    """What is about to go out; kept in the audit for the ledger."""
    from expectations.run import validate_published

    with run.step("outgoing"):
        with warehouse_connection(run.home) as connection:
            audit.begin(connection, "ledger")
        outgoing = validate_published(run.home.warehouse)
        checks = [
            ExecutedCheck(
                "expectation",
                result.rule_id,
                result.table,
                "pass" if result.is_met else "fail" if result.rule_id in _blocking_rules() else "warn",
                result.rows_failed,
            )
            for result in outgoing
        ]
        _keep_checks(run, "ledger", checks)
        return outgoing


def keep_failures(run: Run) -> None:
    """All that the checks found, into the ledger of failures, whatever came of them."""
    from orchestration.ledger import record_failures

    with run.step("ledger"):
        _list_rules(run)
        record_failures(run.home, run.run_id)


def require_passed(run: Run, results: list[NodeResult]) -> None:
    """Raise BlockedError if a test with severity error has failed, and DbtError if a model could not be built."""
    if broken := [result for result in results if result.is_error]:
        error = DbtError("\n".join(f"{result.name}: {result.message}" for result in broken))
        run.log_failure("warehouse", error)
        raise error
    failing = [result for result in results if result.is_blocking]
    for result in failing:
        _name_failure(run, result)
    if failing:
        raise BlockedError(", ".join(result.name for result in failing))


def require_expectations(run: Run) -> None:
    """Raise BlockedError if an expectation that blocks has failed, on an extract or on what goes out."""
    with warehouse_connection(run.home) as connection:
        outgoing = audit.executed_checks(connection, ["ledger"])
    failed = {check.rule_id: (check.source, check.rows_failed) for check in outgoing if check.status == "fail"}
    failed |= _incoming(run)
    # Not before the ledger knows: what is published tells of it.
    _end(run, "ledger", passed=not failed)
    for rule_id, (table, rows) in failed.items():
        meta = _blocking_rules()[rule_id]
        found = "-" if rows is None else rows
        run.block("run.expectation_failed", table=table, zh=meta.text_zh, en=meta.text_en, rows=found)
    if failed:
        raise BlockedError(", ".join(failed))


def publish_edition(run: Run) -> str:
    """The new edition's id. From here on nothing is pending. Raises BlockedError: without the words of all checks, on
    what the file holds now, nothing is published, whoever asks."""
    with run.step("publication"):
        with warehouse_connection(run.home) as connection:
            audit.require_audited(connection, run.home)
        # Asked of what is about to go out, whatever was built when and by whom.
        _require_accepted(run, changes_of_build(run.home))
        edition = publish(run.home, run.record.rules)
        with warehouse_connection(run.home) as connection:
            digest = waivers_digest(waivers_of(connection))
        mark_built(run.home, build_fingerprint(run.home), edition, digest)
        run.record.edition, run.record.state = edition, "published"
        return edition


def build_edition(run: Run) -> str:
    """All steps from staging to the edition's id, for whoever shows none. Raises BlockedError, DbtError."""
    require_passed(run, build_stage(run, Stage.STAGING))
    validate_staging(run)
    require_passed(run, build_stage(run, Stage.WAREHOUSE))
    validate_published(run)
    keep_failures(run)
    require_expectations(run)
    require_passed(run, build_stage(run, Stage.QUALITY))
    return publish_edition(run)


def follow_up(run: Run) -> None:
    """What is due when a run is over, however it ended: the ledger, the incidents, the alerts.

    Nothing of it can undo the run: what goes wrong is logged and said. Each is due by what is on disk, so the next run,
    also one with nothing new, catches up.
    """
    if run.options.rebuilds is not None:
        return
    if run.record.state == "blocked" and _has_checked(run) and not (run.home.quality / run.run_id).exists():
        _try(run, lambda: keep_failures(run))
    _try(run, lambda: _sync_incidents(run))
    _try(run, lambda: _send_alerts(run))


def table_rows(run: Run) -> dict[str, int]:
    """Rows of each table of the builder's file, by `schema.name`."""
    with warehouse_connection(run.home) as connection:
        found = connection.execute("select schema_name || '.' || table_name, estimated_size from duckdb_tables()")
        return dict(found.fetchall())


def _has_checked(run: Run) -> bool:
    """Whether any of its checks has come to its end in this run."""
    if not run.home.warehouse.exists():
        return False
    with warehouse_connection(run.home) as connection:
        return any(audit.run_of(connection, step) == run.run_id for step in audit.STEPS)


def _is_as_audited(run: Run) -> bool:
    with warehouse_connection(run.home) as connection:
        return audit.is_as_audited(connection)


def _keep_checks(run: Run, step: str, checks: list[ExecutedCheck]) -> None:
    with warehouse_connection(run.home) as connection:
        audit.keep_checks(connection, step, checks)
        failed = [check for check in audit.executed_checks(connection) if check.status in ("fail", "warn")]
    run.record.counts["tests_failed"] = len(failed)


def _end(run: Run, step: str, passed: bool) -> None:
    with warehouse_connection(run.home) as connection:
        audit.end(connection, run.home, step, run.run_id, passed)


def _list_rules(run: Run) -> None:
    from orchestration.warehouse_build.rule_catalogue import all_rules, write_rules

    with warehouse_connection(run.home) as connection:
        write_rules(connection, all_rules(run.project.manifest()))


def _keep_checks_of_quality(run: Run) -> None:
    """The tests of the tables that were built from the ledger, into the ledger."""
    from orchestration.ledger import record_checks

    with run.step("ledger"):
        record_checks(run.home, run.run_id)


def _blocking_rules() -> dict:
    from expectations.suite import load_outgoing, load_suites

    suites = [*load_suites(), *load_outgoing()]
    return {rule.meta.rule_id: rule.meta for suite in suites for rule in suite.expectations if rule.meta.blocks}


def _incoming(run: Run) -> dict[str, tuple[str, int]]:
    """Rules that block and that rows of an extract fail: table and rows, by rule."""
    with warehouse_connection(run.home) as connection:
        rows = connection.execute(
            "select rule_id, source, sum(rows_failed) from quality.tested where rows_failed > 0 group by all"
        ).fetchall()
    return {rule_id: (source, int(failed)) for rule_id, source, failed in rows if rule_id in _blocking_rules()}


def _name_failure(run: Run, result: NodeResult) -> None:
    """Say what a test found and what to do, in the words that the catalogue of rules has for it."""
    from orchestration.warehouse_build.rule_catalogue import dbt_rules

    rule = next(rule for rule in dbt_rules(run.project.manifest()) if rule.rule_id == result.name)
    words = {"zh": rule.text_zh, "en": rule.text_en, "fix_zh": rule.fix_zh, "fix_en": rule.fix_en}
    run.block("run.test_failed", table=rule.source, rows=result.failures, **words)


def _compare_rules(run: Run) -> None:
    """Of seeds whose changes somebody must accept nothing is built."""
    with run.step("rules"):
        found = changes_of_seeds(run.home)
        if run.options.accepts_rules and found.changes:
            accept(run.home, found, run.options.accepts_rules)
    _require_accepted(run, found)


def _require_accepted(run: Run, found: Found) -> None:
    """Note what changed in the rules, and who accepted it; raise BlockedError if somebody must and nobody has."""
    acceptance = acceptance_of(run.home, found)
    run.record.rules = told(found, acceptance)
    if found.blocking and acceptance is None:
        run.block("rules.blocked", count=len(found.blocking))
        run.record.reasons += [change.words() for change in found.blocking[:CHANGES_NAMED]]
        if (more := len(found.blocking) - CHANGES_NAMED) > 0:
            run.record.reasons.append(text("rules.more", count=more))
        raise BlockedError("rules")


def _try(run: Run, step: Callable[[], None]) -> None:
    """A step after the run: its failure is said, and leaves the run as it ended."""
    state, reasons = run.record.state, len(run.record.reasons)
    try:
        step()
    except Exception:
        run.record.state = state
        run.record.troubles += run.record.reasons[reasons:]
        del run.record.reasons[reasons:]


def _sync_incidents(run: Run) -> None:
    from orchestration.workbench import incidents_are_due, sync_incidents

    if incidents_are_due(run.home):
        with run.step("incidents"):
            sync_incidents(run.home)


def _send_alerts(run: Run) -> None:
    from orchestration.alerts import send_alerts

    with run.step("alerts"):
        send_alerts(run.home, run.record)
