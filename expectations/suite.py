"""The suites as data: reading `suites/<source>.yml` and `published/<table>.yml`, refusing what is not complete.

A suite holds Great Expectations' own entries (`type`, `kwargs`, `meta`); the texts, the dimension and the reason of
each rule are its `meta`. Nothing here runs a rule, and nothing here knows one.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, field_validator

SUITES = Path(__file__).with_name("suites")
PUBLISHED = Path(__file__).with_name("published")
# libyaml's, where PyYAML was built with it.
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
BatchKind = Literal["rows", "snapshots", "deliveries"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


Dimension = Literal["completeness", "validity", "uniqueness", "consistency", "timeliness"]


class RuleMeta(_Strict):
    """What people need to know of a rule. `batch` names the rows it looks at (see `batches.py`); `blocks` says whether
    a failing row keeps an edition from being published."""

    rule_id: str = Field(pattern=r"^[a-z_]+$")
    batch: BatchKind = "rows"
    dimension: Dimension
    severity: Literal["error", "warning"]
    affects_accuracy: bool
    blocks: bool
    text_zh: str = Field(min_length=1)
    text_en: str = Field(min_length=1)
    fix_zh: str = Field(min_length=1)
    fix_en: str = Field(min_length=1)
    reason_zh: str = Field(min_length=1)
    reason_en: str = Field(min_length=1)


class Query(_Strict):
    """The arguments of an `unexpected_rows_expectation`: a query of the rows that fail, over `{batch}`.

    Braces that belong to the SQL are doubled. The same text finds the failing rows in DuckDB, so it is the only way to
    say a rule: Great Expectations itself hands out at most 200 rows.
    """

    unexpected_rows_query: str

    @field_validator("unexpected_rows_query")
    @classmethod
    def _looks_at_the_batch(cls, query: str) -> str:
        if "{batch}" not in query:
            raise ValueError("the query must read {batch}, the rows under validation")
        return query


class Rule(_Strict):
    """One entry of a suite."""

    type: Literal["unexpected_rows_expectation"]
    kwargs: Query
    meta: RuleMeta

    def failing_rows(self, relation: str) -> str:
        """The SQL that returns the rows of `relation` (as `{batch}`) that fail."""
        return self.kwargs.unexpected_rows_query.format(batch=relation)


class SuiteMeta(_Strict):
    """`position` orders the suites; `month` is the staging column of the month; `record_ref` is the SQL expression by
    which the township finds a row in its own system (never an identity)."""

    position: int
    month: Literal["period_month", "event_month"]
    record_ref: str


class Suite(_Strict):
    """The rules of one extract, in the order of their file."""

    name: str
    meta: SuiteMeta
    expectations: tuple[Rule, ...] = Field(min_length=1)


class OutgoingMeta(_Strict):
    """What people need to know of an expectation on a published table."""

    rule_id: str = Field(pattern=r"^[a-z0-9_]+$")
    dimension: Dimension
    blocks: bool
    text_zh: str = Field(min_length=1)
    text_en: str = Field(min_length=1)
    reason_zh: str = Field(min_length=1)
    reason_en: str = Field(min_length=1)


class Outgoing(_Strict):
    """One of Great Expectations' built-in expectations, on one published table."""

    type: str
    kwargs: dict[str, Any]
    meta: OutgoingMeta


class OutgoingSuite(_Strict):
    """The expectations of one published table."""

    name: str
    expectations: tuple[Outgoing, ...] = Field(min_length=1)


def load_suites(folder: Path = SUITES) -> list[Suite]:
    """The suites of the extracts, in the order of their position.

    Raises ValueError naming the file if a suite is incomplete, is not named like its file, or repeats a rule id.
    """
    return sorted(_load(folder, Suite), key=lambda suite: suite.meta.position)


def load_outgoing(folder: Path = PUBLISHED) -> list[OutgoingSuite]:
    """The suites of the published tables, by name. Raises ValueError as `load_suites` does."""
    return _load(folder, OutgoingSuite)


_Loaded = TypeVar("_Loaded", Suite, OutgoingSuite)


def _load(folder: Path, model: type[_Loaded]) -> list[_Loaded]:
    suites = []
    for path in sorted(folder.glob("*.yml")):
        try:
            suites.append(model.model_validate(yaml.load(path.read_text(encoding="utf-8"), Loader)))
        except ValueError as error:
            raise ValueError(f"{path.name}: {error}") from error
        if suites[-1].name != path.stem:
            raise ValueError(f"{path.name}: the suite is named {suites[-1].name}")
    counted = Counter(rule.meta.rule_id for suite in suites for rule in suite.expectations)
    repeated = [rule_id for rule_id, times in counted.items() if times > 1]
    if repeated:
        raise ValueError(f"{folder.name}: rule ids occur more than once: {', '.join(repeated)}")
    return suites
