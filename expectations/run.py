"""Run the suites on what landed, and the expectations on what goes out.

Each rule is evaluated by Great Expectations, and the same SQL finds the failing rows inside DuckDB; if the two disagree
by a single row, the run stops. Rules are data (`suites/`, `published/`); what a failure does to an indicator is the
warehouse's part, and whether it blocks is orchestration's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from expectations.batches import SCHEMA, batch_view, create_batches, drop_batches
from expectations.findings import CREATE_FOUND, CREATE_KEPT, find_failures, keep_findings
from expectations.suite import Suite, load_outgoing, load_suites
from expectations.validation import ExpectationError, Observation, reading

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class RuleResult:
    """One rule in one month of one run. Rows are staging rows, or townships for volume and freshness; waived ones are
    counted by themselves."""

    run_id: str
    rule_id: str
    source: str
    period_month: date
    rows_tested: int
    rows_failed: int
    rows_waived: int
    dimension: str
    severity: str
    affects_accuracy: bool


@dataclass(frozen=True)
class OutgoingResult:
    """One expectation on a published table; `rows_failed` is null where it counts none."""

    rule_id: str
    table: str
    is_met: bool
    rows_failed: int | None
    text_zh: str
    text_en: str


def validate(warehouse: Path, run_id: str, progress: Progress | None = None) -> list[RuleResult]:
    """Run every rule on the months of `lake.rebuild_month` (volume and freshness: on all months).

    Writes schema `quality` of `warehouse`, and leaves no connection open. `progress` hears (source, suites done, suites
    in all). Results come in the order of source, rule and month. Raises ExpectationError, and then changes no finding,
    if a rule cannot be evaluated.
    """
    suites = load_suites()
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(CREATE_KEPT)
        create_batches(connection, suites)
    observed = _observe(warehouse, suites, progress or (lambda source, done, total: None))
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(CREATE_FOUND)
        for suite in suites:
            for rule in suite.expectations:
                found, seen = find_failures(connection, run_id, suite, rule), observed[rule.meta.rule_id]
                if found != seen.unexpected:
                    raise ExpectationError(f"{rule.meta.rule_id}: {seen.unexpected} rows failed, {found} were found")
        keep_findings(connection, suites)
        drop_batches(connection, suites)
        results = connection.execute("select * from result order by source, rule_id, period_month").fetchall()
    return [RuleResult(*row) for row in results]


def validate_published(warehouse: Path) -> list[OutgoingResult]:
    """Ask of the tables about to be published whether they can be believed: ranges and sizes, not keys or identities.

    Writes nothing and leaves no connection open. Raises ExpectationError if an expectation cannot be evaluated.
    """
    results = []
    with reading(warehouse) as validate_table:
        for suite in load_outgoing():
            entries = [expectation.model_dump() for expectation in suite.expectations]
            observations = validate_table("published", suite.name, entries)
            for meta, seen in zip((entry["meta"] for entry in entries), observations, strict=True):
                texts = (meta["text_zh"], meta["text_en"])
                results.append(OutgoingResult(meta["rule_id"], suite.name, seen.success, seen.unexpected, *texts))
    return results


def _observe(warehouse: Path, suites: list[Suite], progress: Progress) -> dict[str, Observation]:
    """What Great Expectations says of each rule, by rule id."""
    observed = {}
    with reading(warehouse) as validate_table:
        for done, suite in enumerate(suites):
            progress(suite.name, done, len(suites))
            for view in sorted({batch_view(suite, rule) for rule in suite.expectations}):
                rules = [rule for rule in suite.expectations if batch_view(suite, rule) == view]
                observations = validate_table(SCHEMA, view, [rule.model_dump() for rule in rules])
                observed |= dict(zip((rule.meta.rule_id for rule in rules), observations, strict=True))
        progress(suites[-1].name, len(suites), len(suites))
    return observed
