"""The edition that is current, opened read-only. No SELECT belongs here (see `queries/`).

`editions/current` is resolved to its real path on every rerun and everything is cached by that path: a new edition
is simply another path, and a process that has the old file open never answers from it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import duckdb
import streamlit as st

from orchestration.paths import Home

Row = dict[str, Any]


@dataclass(frozen=True)
class Edition:
    """One immutable edition file."""

    path: str

    def rows(self, sql: str, **values: Any) -> list[Row]:
        """The rows of `sql`, each a dict by column name; `values` fill its `$names`."""
        return _rows(self.path, sql, tuple(sorted(values.items())))

    def row(self, sql: str, **values: Any) -> Row | None:
        """The only row of `sql`, or None."""
        return next(iter(self.rows(sql, **values)), None)


def current_edition() -> Edition | None:
    """The published edition, or None before the first publication."""
    path = Home.from_environment().current_edition / "shuangbai.duckdb"
    return Edition(str(path.resolve())) if path.exists() else None


def last_run() -> Row:
    """How the last run ended (`state`, `finished_at`, `reasons`, `refused`); empty before the first run."""
    record = Home.from_environment().run_record
    return json.loads(record.read_text(encoding="utf-8")) if record.exists() else {}


@st.cache_resource(max_entries=2, show_spinner=False, on_release=lambda connection: connection.close())
def _connection(path: str) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(path, read_only=True, config={"threads": 2, "memory_limit": "1GB"})


@st.cache_data(max_entries=512, show_spinner=False)
def _rows(path: str, sql: str, values: tuple[tuple[str, Any], ...]) -> list[Row]:
    result = _connection(path).cursor().execute(sql, dict(values))
    names = [column[0] for column in result.description]
    return [dict(zip(names, cells, strict=True)) for cells in result.fetchall()]
