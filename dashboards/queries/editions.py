"""The editions there are, and how one differs from another.

The comparison itself is `orchestration.publishing.restatement`, over both files. Villages are left out: what is too
small to be shown elsewhere must not be shown by its change.
"""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path

import duckdb
import streamlit as st

from dashboards.edition import Edition, Row
from orchestration.publishing.restatement import BATCHES, LISTED, TARGETS, compared

DATABASE = "shuangbai.duckdb"
_UP = "level <> 'village'"
_BY_PERIOD = f"""
    select
        period_kind, period_start, is_restated,
        count(*) filter (where kind = 'result') as results, count(*) filter (where kind = 'ranking') as ranks,
    from difference
    where {_UP}
    group by period_kind, period_start, is_restated
    order by array_position(['month', 'quarter', 'year_to_date'], period_kind), period_start desc
"""
_BY_REASON = f"""
    select
        reason,
        count(*) filter (where kind = 'result') as results, count(*) filter (where kind = 'ranking') as ranks,
    from (select kind, unnest(string_split(reasons, ' ')) as reason from difference where {_UP} and is_restated)
    group by reason
    order by results + ranks desc, reason
"""
_LISTED = LISTED.replace("from difference", f"from difference where {_UP} and is_restated", 1)


def known(edition: Edition) -> list[Row]:
    """The editions beside this one, the newest first: edition_id, created_at, newest_month, software_version, path."""
    found = []
    for record in Path(edition.path).parents[1].glob(f"[0-9]*/{DATABASE}"):
        about = record.with_name("edition.json")
        told = json.loads(about.read_text(encoding="utf-8")) if about.exists() else {}
        found.append({"edition_id": record.parent.name, "path": str(record.resolve())} | told)
    return sorted(found, key=lambda one: one["edition_id"], reverse=True)


def differences(before: str, after: str, is_whole: bool) -> Row | None:
    """What the edition at path `after` says otherwise than that at `before`; None if either cannot be read.

    `periods` and `reasons` count results and ranks, `listed` names each; `batches` and `targets` are what came between.
    Without `is_whole` no file is named: a reader of one township does not learn what others delivered.
    """
    found = _differences(before, after)
    if found is None or is_whole:
        return found
    return found | {"batches": [], "listed": [{**row, "batches": ""} for row in found["listed"]]}


@st.cache_data(max_entries=8, show_spinner=False)
def _differences(before: str, after: str) -> Row | None:
    asked = {"periods": _BY_PERIOD, "reasons": _BY_REASON, "listed": _LISTED, "batches": BATCHES}
    with ExitStack() as stack:
        try:
            connection = stack.enter_context(compared(Path(before), Path(after)))
        except (duckdb.IOException, duckdb.CatalogException, duckdb.BinderException):
            return None
        return {name: _rows(connection, sql) for name, sql in (asked | {"targets": TARGETS}).items()}


def _rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[Row]:
    result = connection.execute(sql)
    names = [column[0] for column in result.description]
    return [dict(zip(names, cells, strict=True)) for cells in result.fetchall()]


def months(edition: Edition, parent_code: str) -> list[Row]:
    """Every month that is published, the newest first: whether it is closed and how many townships are ranked."""
    return edition.rows(
        """
        select
            period_start, bool_or(is_provisional) as is_provisional, count(*) filter (where is_assessed) as ranked,
            count(*) as divisions,
        from fct_ranking
        where period_kind = 'month' and parent_code = $parent_code
            and period_start <= (
                select max(period_start) from fct_indicator_result where period_kind = 'month' and denominator > 0
            )
        group by period_start
        order by period_start desc
        """,
        parent_code=parent_code,
    )
