"""Why a township stands where it stands, on one screen: its place, which cases it missed, what changed."""

from __future__ import annotations

from html import escape

import streamlit as st

from dashboards import formatting
from dashboards.components import bars, cases, standing
from dashboards.components.tables import title
from dashboards.edition import Row
from dashboards.view import View, text

REASONS_SHOWN = 12


def place(view: View, row: Row) -> None:
    """The interval of the rank and what it hangs on, in words; what is missing, what its mix expects, a veto."""
    lines = [
        standing.missing(row, view.language),
        standing.expected(row, view.language),
        standing.veto(row, view.language),
        formatting.clauses(standing.robustness(row, view.language), view.language),
    ]
    interval = ""
    if standing.bar(row):
        first, last = (formatting.count(number, view.language) for number in (1, row["assessed_count"]))
        scale = f'<div class="scale small"><span>{first}</span><span>{last}</span></div>'
        interval = f'<div class="sb"><div class="place">{standing.bar(row)}{scale}</div></div>'
    notes = "".join(f'<p class="sb-note">{escape(line)}</p>' for line in lines if line)
    st.html(interval + notes)


def open_work(view: View, total: Row) -> None:
    """What is still to be done, in one line that leads to the list."""
    numbers = {name: formatting.count(total[name], view.language) for name in ("overdue", "today", "week")}
    line = escape(text("card.open.some", **numbers) if total["cases"] else text("card.open.none"))
    link = f'<a href="{escape(view.link("open", urgency=None))}" target="_self">{escape(text("card.open.link"))}</a>'
    st.html(f'<p class="sb-note">{line} {link}</p>')


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
