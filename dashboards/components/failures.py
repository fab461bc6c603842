"""Failing rows one by one, page by page: which record, in which file, on which sheet and line, since when."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboards import formatting
from dashboards.components import choices, paging
from dashboards.components.cases import coded_note
from dashboards.components.narrowing import home_name
from dashboards.components.tables import title
from dashboards.edition import Row
from dashboards.view import View, chosen, text

ROWS_ON_A_PAGE = 50
STATES = ("open", "new", "reopened", "mended", "waived")
# Those that a waiver can be given for.
FAILING = STATES[:3]
_COLUMNS = (
    "rule_text",
    "division_name",
    "record_ref",
    "source_file",
    "sheet_name",
    "source_row",
    "first_seen",
    "runs_failing",
    "period_start",
    "source",
)


def asked() -> str:
    """Which rows the URL asks for."""
    state = chosen("rows")
    return state if state in STATES else STATES[0]


def draw(view: View, state: str, count: int, rows: list[Row]) -> list[Row]:
    """The page of rows; gives those ticked."""
    number = formatting.count(count, view.language)
    finding = text(f"failures.{state}", count=number) if count else text("failures.none")
    title(finding, text("failures.note") + coded_note(row["record_ref"] for row in rows), anchor="rows")
    choices.way("rows", STATES, state)
    if not rows:
        return []
    names = [name for name in _COLUMNS if any(row[name] is not None for row in rows)]
    shown = [row | {"source": home_name(row["source"], view.language)} for row in rows]
    options: dict[str, Any] = {"on_select": "rerun", "selection_mode": "multi-row"} if state in FAILING else {}
    ticked = st.dataframe(
        [{name: row[name] for name in names} for row in shown],
        key=f"rows.{state}.{chosen('leaf')}.{chosen('rule')}.{chosen('division')}.{chosen('source')}",
        **options,
        hide_index=True,
        placeholder="",
        column_config={name: text(f"column.{name}") for name in names}
        | {
            "period_start": st.column_config.DateColumn(text("column.period_start"), format="YYYY-MM"),
            "source_row": st.column_config.NumberColumn(text("column.source_row"), format="%d"),
        },
    )
    paging.turn(count, ROWS_ON_A_PAGE)
    places = ticked["selection"]["rows"] if options else []
    return [rows[place] for place in places if place < len(rows)]
