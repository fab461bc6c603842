"""The edition that is current, opened read-only for one reader. No SELECT belongs here (see `queries/`).

`editions/current` is resolved to its real path on every rerun and everything is cached by that path and the reader's
rights: a new edition is simply another path, and a process that has the old file open never answers from it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from dashboards.access.readers import NotAReader, reader, reference_key
from dashboards.access.rights import EVERYTHING, Rights
from dashboards.access.scopes import Scopes
from orchestration.installation.paths import Home

Row = dict[str, Any]


@dataclass(frozen=True)
class Edition:
    """One immutable edition file, as far as `rights` reach; by default all of it."""

    path: str
    rights: Rights = EVERYTHING

    def rows(self, sql: str, **values: Any) -> list[Row]:
        """The rows of `sql`, one SELECT over published tables, each a dict by column name; `values` fill its `$names`.

        Raises `dashboards.access.scopes.NotAllowed` for a query that might reach around the rights.
        """
        return _rows(self.path, self.rights, sql, tuple(sorted(values.items())))

    def row(self, sql: str, **values: Any) -> Row | None:
        """The only row of `sql`, or None."""
        return next(iter(self.rows(sql, **values)), None)

    def only_row(self, sql: str, **values: Any) -> Row:
        """The row of `sql`, which always has one. Raises ValueError if it has none or several."""
        (row,) = self.rows(sql, **values)
        return row


def current_edition() -> Edition | None:
    """The published edition as the reader of this session may see it, or None before the first publication.

    Raises `dashboards.access.readers.NotAReader` in a session that nobody signed in to.
    """
    path = Home.from_environment().current_edition / "shuangbai.duckdb"
    return Edition(str(path.resolve()), reader().rights) if path.exists() else None


def is_current(shown: Edition) -> bool:
    """Whether `shown` is still what this session would be given."""
    try:
        return current_edition() in (None, shown)
    except NotAReader:
        return False


def last_run() -> Row:
    """How the last run ended (`state`, `finished_at`, `reasons`, `refused`); empty before the first run."""
    record = Home.from_environment().run_record
    return json.loads(record.read_text(encoding="utf-8")) if record.exists() else {}


@st.cache_resource(max_entries=2, show_spinner=False, on_release=lambda scopes: scopes.close())
def _opened(path: str) -> Scopes:
    return Scopes(path, reference_key(Path(path).parent.name))


# Rights are a value, and part of the key: what was found for one reader never answers another who may see less.
@st.cache_data(max_entries=512, show_spinner=False, hash_funcs={Rights: repr})
def _rows(path: str, rights: Rights, sql: str, values: tuple[tuple[str, Any], ...]) -> list[Row]:
    result = _opened(path).execute(rights, sql, dict(values))
    names = [column[0] for column in result.description]
    return [dict(zip(names, cells, strict=True)) for cells in result.fetchall()]
