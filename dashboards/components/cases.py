"""Missed cases: how many for which reason, and one by one down to file and line."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from dashboards import formatting
from dashboards.access.scopes import CODED
from dashboards.components.bars import Bar
from dashboards.components.tables import title
from dashboards.edition import Row
from dashboards.view import View, text

CASES_SHOWN = 500
_COLUMNS = ("indicator_name", "case_ref", "reason_text", "due_at", "division_name", "source_file", "source_row")


def coded_note(references: Iterable[str]) -> str:
    """What the codes are that stand among the numbers; nothing where there are none."""
    return text("cases.coded") if any(reference.startswith(CODED) for reference in references) else ""


def reason_bars(view: View, reasons: list[Row]) -> list[Bar]:
    return [
        Bar(one["reason_text"], one["cases"], formatting.count(one["cases"], view.language), view.link() + "#cases")
        for one in reasons
    ]


def draw(view: View, name: str, rows: list[Row], reasons: list[Row]) -> None:
    """The cases of the indicator chosen, or of all (`name` says which)."""
    if not rows:
        title(text("card.cases.none", indicator=name), anchor="cases")
        return
    total = formatting.count(rows[0]["total_count"], view.language)
    note = text("card.cases.note", shown=formatting.count(len(rows), view.language), count=total)
    title(
        text("card.cases.title", indicator=name, count=total, reason=reasons[0]["reason_text"]),
        note + coded_note(row["case_ref"] for row in rows),
        anchor="cases",
    )
    names = [name for name in _COLUMNS if any(row[name] is not None for row in rows)]
    if view.indicator_code:
        names.remove("indicator_name")
    st.dataframe(
        [{name: row[name] for name in names} for row in rows],
        hide_index=True,
        placeholder="",
        column_config={name: text(f"column.{name}") for name in names}
        | {
            "due_at": st.column_config.DatetimeColumn(text("column.due_at"), format="YYYY-MM-DD HH:mm"),
            "source_row": st.column_config.NumberColumn(text("column.source_row"), format="%d"),
        },
    )
