"""Whether every township's extracts came, month by month: a grid of marks, each with its file and date.

What became of the rows of a file is in `deliveries.py`.
"""

from __future__ import annotations

from html import escape
from itertools import groupby

import streamlit as st

from dashboards import formatting
from dashboards.components.tables import title
from dashboards.edition import Row
from dashboards.sources import source_name
from dashboards.theme import DELIVERY_GLYPHS
from dashboards.view import View, counted, text

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
    heads = "".join(_head(view, name, len(months), source) for name in columns)
    marks = "".join(_month_head(view, month, at) for _ in columns for at, month in enumerate(months))
    body = "".join(
        _row(view, list(run), list(columns), months) for _, run in groupby(states, lambda one: one["division_code"])
    )
    st.html(
        f'<div class="sb sb-scroll"><table class="owed"><thead><tr><th class="sticky" rowspan="2">'
        f"{escape(text('league.division'))}</th>{heads}</tr><tr>{marks}</tr></thead><tbody>{body}</tbody></table></div>"
    )
    st.html(_legend())


def _head(view: View, source: str, months: int, chosen: str | None) -> str:
    href = view.link(source=None if chosen else source) + "#deliveries"
    name = source_name(source, view.language)
    back = text("overdue.all") if chosen else name
    return (
        f'<th class="first" colspan="{months}"><a href="{escape(href)}" target="_self" title="{escape(back)}">'
        f"{escape(name)}{' ✕' if chosen else ''}</a></th>"
    )


def _month_head(view: View, month, at: int) -> str:
    said = escape(formatting.month(month, view.language))
    return f'<th class="mark {"" if at else "first"}" title="{said}">{month:%-m}</th>'


def _row(view: View, states: list[Row], sources: list[str], months: list) -> str:
    found = {(one["source"], one["period_start"]): one for one in states}
    href = view.link("quality", division=states[0]["division_code"])
    name = f'<a href="{escape(href)}" target="_self">{escape(states[0]["division_name"])}</a>'
    cells = "".join(
        _mark(view, found.get((source, month)), "" if at else "first")
        for source in sources
        for at, month in enumerate(months)
    )
    style = "chosen" if states[0]["division_code"] == view.division_code else ""
    return f'<tr class="{style}"><td class="sticky">{name}</td>{cells}</tr>'


def _mark(view: View, one: Row | None, style: str) -> str:
    if one is None:
        return f'<td class="mark {style}"></td>'
    said = escape(explanation(view, one))
    glyph = DELIVERY_GLYPHS[one["state"]]
    return f'<td class="mark {style} owed-{one["state"]}" title="{said}"><span aria-label="{said}">{glyph}</span></td>'


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


def _legend() -> str:
    items = "".join(
        f'<span class="item"><span class="owed-{state}">{glyph}</span> {escape(text(f"overdue.state.{state}"))}</span>'
        for state, glyph in DELIVERY_GLYPHS.items()
    )
    return f'<div class="sb legend sb-note">{items}</div>'
