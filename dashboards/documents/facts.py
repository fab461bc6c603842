"""All that a bulletin can speak of, asked of one edition at once: `Facts`. No word is chosen here.

The edition is opened directly and read-only, without Streamlit's caches, so that the command line needs no server.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from dashboards import formatting
from dashboards.documents.failures import DocumentError
from dashboards.edition import Edition, Row
from dashboards.queries import bulletin, frame, league
from orchestration.installation.messages import LANGUAGES
from orchestration.publishing.older_editions import completed

KINDS = ("month", "quarter", "year_to_date")
PERIODS_NAMED = 6


@dataclass(frozen=True)
class Facts:
    """The figures of one bulletin; rows are those of `dashboards.queries`, named there."""

    language: str
    kind: str
    start: dt.date
    last_month: dt.date
    source: Row
    parent: Row
    ranking: list[Row]
    summary: Row
    counts: Row
    grades: list[Row]
    grade_limits: list[float]
    indicators: list[Row]
    results: list[Row]
    domains: list[Row]
    silences: list[Row]
    changes: list[Row]
    slow: list[Row]
    common: list[Row]
    steps: list[Row]
    running: list[Row]
    running_month: dt.date | None
    goals: list[Row]
    matters: int

    @property
    def period(self) -> str:
        return formatting.period(self.kind, self.start, self.language)

    @property
    def ranked(self) -> list[Row]:
        return [row for row in self.ranking if row["is_assessed"]]

    @property
    def level(self) -> str:
        """The level of the units compared."""
        return self.ranking[0]["level"]

    @property
    def is_provisional(self) -> bool:
        """Whether anything is still to come: a rank or a result that says so, or an extract that has not arrived."""
        return bool(
            self.summary["is_provisional"] or self.silences or any(row["provisional"] for row in self.indicators)
        )

    def silent(self, division_code: str, *, is_withheld: bool | None = None) -> list[Row]:
        """What of `division_code` is still to come; `is_withheld` asks for one of the two kinds."""
        return [
            row
            for row in self.silences
            if row["division_code"] == division_code and is_withheld in (None, row["is_withheld"])
        ]

    def steps_of(self, division_code: str) -> list[Row]:
        return [row for row in self.steps if row["division_code"] == division_code]

    def still_open(self, division_code: str, indicator_code: str) -> Row | None:
        """What can be done now: of this period while it runs, of the running month if the period has just ended."""
        key = (division_code, indicator_code)
        return next((row for row in self.running if (row["division_code"], row["indicator_code"]) == key), None)


@dataclass(frozen=True)
class OpenEdition(Edition):
    """An edition's file while it is open, asked without a page."""

    connection: duckdb.DuckDBPyConnection = field(kw_only=True)

    def rows(self, sql: str, **values: Any) -> list[Row]:
        result = self.connection.execute(sql, values)
        names = [column[0] for column in result.description]
        return [dict(zip(names, cells, strict=True)) for cells in result.fetchall()]


@contextmanager
def opened(path: str | Path) -> Generator[OpenEdition]:
    """The edition in the file `path`. Raises DocumentError if it is none."""
    quoted = str(path).replace("'", "''")
    # Attached, not opened: a process may open a file only once, with one configuration, and the pages have it open.
    with duckdb.connect(config={"threads": 2, "memory_limit": "1GB"}) as connection:
        try:
            connection.execute(f"attach '{quoted}' as published (read_only)")
            connection.execute("use published")
            connection.execute("from edition")
            for table, whole in completed(connection, "published").items():
                # A view of this connection stands before the table of the same name.
                connection.execute(f"create temp view {table} as from {whole}")
        except duckdb.Error:
            raise DocumentError("error.unreadable_edition", file=str(path)) from None
        yield OpenEdition(str(path), connection=connection)


def period_of(edition: Edition, kind: str, month: dt.date | None, parent_code: str) -> dt.date:
    """The first day of the period of `kind` that holds `month` (of a year to date: that runs through it), or, without a
    month, of the one that pages show first. A month without data stands for itself. Raises DocumentError if there is no
    period of this kind to show."""
    periods = _periods(edition, kind, parent_code)
    if month is None:
        default = next((one["period_start"] for one in periods if one["is_default"]), None)
        if default is None:
            raise DocumentError("error.no_period", period=f"--kind {kind}", known=formatting.ABSENT)
        return default
    held = frame.period_of(periods, month)
    return held["period_start"] if held else month


def _periods(edition: Edition, kind: str, parent_code: str) -> list[Row]:
    return [row for row in frame.periods(edition, parent_code) if row["period_kind"] == kind]


def parent(edition: Edition, asked: str | None) -> str:
    """The code of the division whose children are ranked: `asked` (6 to 12 digits), or the one with most of them.

    Raises DocumentError if nothing is ranked below it.
    """
    codes = [row["division_code"] for row in frame.parents(edition, LANGUAGES[0])]
    found = next((code for code in codes if not asked or code == asked.ljust(12, "0")), None)
    if found is None:
        raise DocumentError("error.no_parent", parent=asked or "–", known=", ".join(codes[:PERIODS_NAMED]) or "–")
    return found


def gather(edition: Edition, language: str, kind: str, start: dt.date, parent_code: str) -> Facts:
    """The facts of one period. Raises DocumentError if `kind` is unknown or the period has no data."""
    if kind not in KINDS:
        raise DocumentError("error.unknown_kind", kind=kind, known=" / ".join(KINDS))
    known = {row["period_start"]: row for row in _periods(edition, kind, parent_code)}
    if start not in known:
        shown = list(known)[:PERIODS_NAMED]
        raise DocumentError("error.no_period", period=_named(kind, [start]), known=_named(kind, shown))
    asked, first, month = (kind, start, parent_code), known[start]["first_month"], known[start]["last_month"]
    source, steps = bulletin.source(edition), bulletin.steps(edition, language, *asked)
    now = source["newest_as_of"].replace(day=1)
    # Of an older period nothing is left to be done.
    is_over, is_just_over = now > month, (now - dt.timedelta(days=1)).replace(day=1) == month
    running = bulletin.steps(edition, language, "month", now, parent_code) if is_just_over else [] if is_over else steps
    return Facts(
        language,
        kind,
        start,
        month,
        source=source,
        parent=frame.division(edition, language, parent_code),
        ranking=league.ranking(edition, language, *asked),
        summary=league.ranking_summary(edition, *asked),
        counts=bulletin.standing_counts(edition, *asked),
        grades=bulletin.grades(edition, language, *asked),
        grade_limits=bulletin.grade_limits(edition),
        indicators=bulletin.indicators(edition, language, *asked),
        results=bulletin.results(edition, language, *asked),
        domains=league.points_by_domain(edition, *asked),
        silences=bulletin.silences(edition, *asked),
        changes=bulletin.changes(edition, language, *asked),
        slow=league.slow_progress(edition, language, month, parent_code),
        common=league.common_causes(edition, language, month, parent_code),
        steps=steps,
        running=running,
        running_month=now if is_just_over else None if is_over else month,
        goals=bulletin.goals(edition, language, *asked),
        matters=bulletin.matters_to_look_at(edition, first, month, parent_code),
    )


def _named(kind: str, starts: list[dt.date]) -> dict[str, str]:
    """Periods in each language, for a message in both."""
    return {
        language: formatting.listing([formatting.period(kind, start, language) for start in starts], language) or "–"
        for language in LANGUAGES
    }
