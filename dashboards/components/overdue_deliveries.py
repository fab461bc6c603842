"""Whether every township's extracts came, month by month: a grid of marks, each with its file and date.

What became of the rows of a file is in `deliveries.py`.
"""

from __future__ import annotations

from itertools import groupby

import streamlit as st

from dashboards import formatting
from dashboards.components.tables import title
from dashboards.edition import Row
from dashboards.markup import Markup, fragments, macros
from dashboards.sources import source_name
from dashboards.theme import DELIVERY_GLYPHS
from dashboards.view import View, counted, text

_HTML = macros("overdue_deliveries")
MONTHS_OF_ALL, MONTHS_OF_ONE = 6, 24


def clause(missing: int) -> str:
    """For the page's sentence; nothing if nothing is owed."""
    return counted("overdue.title", missing) if missing else ""


def draw(view: View, states: list[Row], source: str | None) -> None:
    """Townships down, extracts and their months across: the last six months of all, or two years of the one chosen."""
    if not states:
        return
    missing = states[0]["missing_count"]
    finding = counted("overdue.title", missing) if missing else text("overdue.title.none")
    title(finding, text("overdue.note"), anchor="deliveries")
    of_first = [one for one in states if one["division_code"] == states[0]["division_code"]]
    columns = {name: [one["period_start"] for one in run] for name, run in groupby(of_first, lambda one: one["source"])}
    months = sorted({month for run in columns.values() for month in run})
    heads = [_head(view, name, source) for name in columns]
    townships = [list(run) for _, run in groupby(states, lambda one: one["division_code"])]
    body = [_row(view, township, list(columns), months) for township in townships]
    labels = [(formatting.month(month, view.language), f"{month:%-m}") for month in months]
    st.html(_HTML.grid(text("league.division"), heads, labels, body))
    st.html(_legend())


def _head(view: View, source: str, chosen: str | None) -> Markup:
    href = view.link(source=None if chosen else source) + "#deliveries"
    name = source_name(source, view.language)
    return fragments.link(href, f"{name} ✕" if chosen else name, title=text("overdue.all") if chosen else name)


def _row(view: View, states: list[Row], sources: list[str], months: list) -> Row:
    """Whose, whether that is the township of the view, and the state of each month by source: mark and explanation."""
    found = {(one["source"], one["period_start"]): one for one in states}
    return {
        "name": states[0]["division_name"],
        "href": view.link("quality", division=states[0]["division_code"]),
        "is_chosen": states[0]["division_code"] == view.division_code,
        "sources": [[_mark(view, found.get((source, month))) for month in months] for source in sources],
    }


def _mark(view: View, one: Row | None) -> Row | None:
    if one is None:
        return None
    return {"state": one["state"], "glyph": DELIVERY_GLYPHS[one["state"]], "said": explanation(view, one)}


def explanation(view: View, one: Row) -> str:
    """Whose, which extract and month, what became of it, and of which file: what is behind a mark."""
    said = text(
        "overdue.cell",
        division=one["division_name"],
        source=source_name(one["source"], view.language),
        month=formatting.month(one["period_start"], view.language),
        state=text(f"overdue.state.{one['state']}"),
    )
    if one["file_name"] is None:
        return said
    as_of = formatting.date(one["as_of"], view.language)
    days = formatting.count(one["days_after_month_end"], view.language)
    return f"{said}\n{text('overdue.file', file=one['file_name'], as_of=as_of, days=days)}"


def _legend() -> Markup:
    return fragments.legend(
        [(f"owed-{state}", glyph, text(f"overdue.state.{state}")) for state, glyph in DELIVERY_GLYPHS.items()]
    )
