"""Why a township stands where it stands, on one screen: its place, which cases it missed, what changed."""

from __future__ import annotations

import streamlit as st

from dashboards import formatting
from dashboards.components import bars, cases, standing
from dashboards.components.tables import title
from dashboards.edition import Row
from dashboards.markup import macros
from dashboards.view import View, text

_HTML = macros("account")

REASONS_SHOWN = 12


def place(view: View, row: Row) -> None:
    """The interval of the rank and what it hangs on, in words; what is missing, what its mix expects, a veto."""
    lines = [
        standing.missing(row, view.language),
        standing.expected(row, view.language),
        standing.veto(row, view.language),
        formatting.clauses(standing.robustness(row, view.language), view.language),
    ]
    ends = [formatting.count(number, view.language) for number in (1, row["assessed_count"])]
    st.html(_HTML.place(standing.bar(row), ends, filter(None, lines)))


def open_work(view: View, total: Row) -> None:
    """What is still to be done, in one line that leads to the list."""
    numbers = {name: formatting.count(total[name], view.language) for name in ("overdue", "today", "week")}
    line = text("card.open.some", **numbers) if total["cases"] else text("card.open.none")
    st.html(_HTML.open_work(line, view.link("open", urgency=None), text("card.open.link")))


def draw(view: View, row: Row, reasons: list[Row], changes: list[Row]) -> None:
    """Two panels beside each other; below each other on a phone."""
    with st.grid(2, min_column_width=300, gap="medium"):
        with st.container(gap="small"):
            _reasons(view, reasons)
        with st.container(gap="small"):
            _changes(view, row, changes)


def _reasons(view: View, reasons: list[Row]) -> None:
    if not reasons:
        title(text("card.reasons.none"))
        return
    title(text("card.reasons", reason=reasons[0]["reason_text"]), text("card.reasons.note"))
    bars.draw(cases.reason_bars(view, reasons[:REASONS_SHOWN]))


def _changes(view: View, row: Row, changes: list[Row]) -> None:
    if row["score_change"] is None or not row["is_assessed"]:
        title(text("card.changes.none"))
        return
    if not changes:
        title(text("card.changes.same"))
        return
    change = formatting.change(row["score_change"], view.language)
    title(text("card.changes", change=change, indicator=bars.name_of_change(changes[0])), text("card.changes.note"))
    counted = [one["indicator_code"] for one in changes if one["change_kind"] != "mix"]
    links = {code: view.link(indicator=code) + "#cases" for code in counted}
    before = (text("change.before"), row["previous_score"])
    bars.waterfall(changes, before, (text("change.after"), row["score"]), links)
