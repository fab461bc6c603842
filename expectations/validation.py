"""Great Expectations on DuckDB: a suite and a relation in, what was observed out.

The only module that imports Great Expectations, and only when it is used: the import takes seconds. What a rule means,
and what becomes of its failing rows, is not known here.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class ExpectationError(Exception):
    """An expectation could not be evaluated: the expectation is wrong, not the data."""


@dataclass(frozen=True)
class Observation:
    """What Great Expectations said: whether it passed, and how many rows are unexpected (null: not counted)."""

    success: bool
    unexpected: int | None


Validate = Callable[[str, str, Iterable[dict[str, Any]]], list[Observation]]


@contextmanager
def reading(warehouse: Path) -> Generator[Validate]:
    """Open `warehouse` read-only and yield `validate(schema, table, entries) -> observations`, in the order of entries,
    once per table.

    Entries are Great Expectations' own (`type`, `kwargs`, `meta`). On leaving, every connection is closed, so that the
    next writer of the file finds it free. `validate` raises ExpectationError for an entry that cannot be evaluated.
    """
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    from expectations.duckdb_dialect import READING_URL

    context = gx.get_context(mode="ephemeral")
    context.enable_analytics(False)
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    datasource = context.data_sources.add_sql(
        name="warehouse",
        connection_string=READING_URL,
        # Not in the URL, where Great Expectations would replace `$name` in the path by a setting.
        kwargs={"connect_args": {"database": str(warehouse), "read_only": True}},  # ty: ignore[unknown-argument]
    )

    def validate(schema: str, table: str, entries: Iterable[dict[str, Any]]) -> list[Observation]:
        # Results are matched by number: Great Expectations promises no order for those that raised.
        numbered = [{**entry, "meta": {**entry["meta"], "number": number}} for number, entry in enumerate(entries)]
        asset = datasource.add_query_asset(name=f"{schema}.{table}", query=f"select * from {schema}.{table}")
        batch = asset.add_batch_definition_whole_table("all").get_batch()
        results = batch.validate(gx.ExpectationSuite(name=asset.name, expectations=numbered), result_format="BASIC")
        found = sorted(results.results, key=_number)
        return [_observation(asset.name, result) for result in found]

    try:
        yield validate
    finally:
        for engine in (datasource.get_engine(), datasource.get_execution_engine().engine):
            engine.dispose()


def _number(result: Any) -> int:
    return result.expectation_config.meta["number"]


def _observation(relation: str, result: Any) -> Observation:
    """Raises ExpectationError if the expectation raised instead of looking at the data."""
    raised = [
        info["exception_message"].splitlines()[0]
        for info in (result.exception_info, *(result.exception_info or {}).values())
        if isinstance(info, dict) and info.get("exception_message")
    ]
    if raised:
        label = result.expectation_config.meta.get("rule_id", result.expectation_config.type)
        raise ExpectationError(f"{label} on {relation}: {raised[0]}")
    if result.expectation_config.type == "unexpected_rows_expectation":
        unexpected = result.result["observed_value"]
    else:
        unexpected = result.result.get("unexpected_count")
    return Observation(success=bool(result.success), unexpected=unexpected)
