"""The card of one township: every indicator, what it gained and cost, and the missed cases behind it."""

from __future__ import annotations

from html import escape

import streamlit as st

from dashboards import formatting, queries
from dashboards.components import charts, marks
from dashboards.components.tables import Cell, html_table, title
from dashboards.edition import Edition, Row
from dashboards.theme import BAD, FAINT
from dashboards.view import View, language, text

CASES_SHOWN = 500


def sentence(view: View, row: Row, indicators: list[Row]) -> str:
    """What there is to say about one township in one sentence."""
    language, division = view.language, row["division_name"]
    if not row["is_assessed"]:
        return formatting.clauses([text("card.sentence.not_assessed", period=view.period, division=division)], language)
    score = formatting.score(row["score"], language)
    rank = {"rank": row["rank"], "count": row["assessed_count"]}
    parts = [text("card.sentence.ranked", period=view.period, division=division, score=score, **rank)]
    if row["score_change"] is not None:
        parts.append(text("card.sentence.change", change=formatting.change(row["score_change"], language)))
    if row["is_vetoed"]:
        names = [one["indicator_name"] for one in indicators if one["indicator_code"] in row["vetoed_by"].split()]
        parts.append(text("card.sentence.vetoed", indicators=formatting.listing(names, language)))
    costly = sorted((one for one in indicators if one["lost"]), key=lambda one: (-one["lost"], one["position"]))[:3]
    if costly:
        parts.append(text("card.sentence.lost", indicators=formatting.listing(list(map(_cost, costly)), language)))
    if row["is_provisional"]:
        parts.append(text("sentence.provisional.one"))
    return formatting.clauses(parts, language)


def _cost(one: Row) -> str:
    points = formatting.points(one["lost"], language())
    return text("card.sentence.lost.one", indicator=one["indicator_name"], points=points)


COLUMNS = {
    "indicator": "sticky",
    "rate": "number",
    "cases": "number",
    "target": "number",
    "state": "",
    "range": "number",
    "bar": "",
    "contribution": "number",
    "lost": "number",
    "missed": "number",
    "pending": "number",
}


def indicator_table(view: View, indicators: list[Row]) -> None:
    """Every indicator of the catalogue with its figures; a row leads to its cases."""
    header = [Cell(text(f"card.{label}"), style) for label, style in COLUMNS.items()]
    rows = [("chosen" if one["indicator_code"] == view.indicator_code else "", _row(view, one)) for one in indicators]
    html_table(header, rows)


def _row(view: View, one: Row) -> list[Cell]:
    language = view.language
    link = view.link(indicator=one["indicator_code"]) + "#cases"
    scored = one["contribution"] is not None
    return [
        Cell(one["indicator_name"], "sticky", one["definition"], link),
        Cell(formatting.rate(one["numerator"], one["denominator"], language), "number"),
        Cell(formatting.cases(one["numerator"], one["denominator"], language), "number small"),
        Cell(formatting.share(one["target_value"], language), "number"),
        Cell(style=marks.colour(one), html=_state(one)),
        Cell(_range(one, language), "number small", text("card.range.title")),
        Cell(html=_bar(one)),
        Cell(formatting.points(one["contribution"], language) if scored else "", "number"),
        Cell(formatting.points(one["lost"], language) if scored and one["lost"] else "", "number short"),
        Cell(_or_blank(one["missed"], language), "number", text("card.cases.open"), link if one["missed"] else ""),
        Cell(_or_blank(one["pending"], language), "number small"),
    ]


def _or_blank(number: int | None, language: str) -> str:
    return formatting.count(number, language) if number else ""


def _state(one: Row) -> str:
    dashed = "provisional" if one["is_provisional"] else ""
    return f'<span class="{dashed}">&nbsp;{marks.glyph(one)}&nbsp;</span> {escape(marks.words(one))}'


def _range(one: Row, language: str) -> str:
    if one["ci_low"] is None:
        return ""
    return f"{formatting.share(one['ci_low'], language)[:-1]}–{formatting.share(one['ci_high'], language)}"


def _bar(one: Row) -> str:
    if not one["attainable"]:
        return ""
    gained = f'<span class="shade1" style="width:{one["attained_percent"]}%"></span>'
    return f'<div class="bar" style="min-width:6rem">{gained}<span class="lost" style="flex:1"></span></div>'


def cases(edition: Edition, view: View, indicators: list[Row]) -> None:
    """Missed cases by reason and one by one, of the indicator chosen or of all."""
    scope = (view.division_code, view.indicator_code, view.first_month, view.last_month)
    reasons = queries.missed_by_reason(edition, view.language, *scope)
    rows = queries.missed_cases(edition, view.language, *scope, CASES_SHOWN)
    name = next(
        (one["indicator_name"] for one in indicators if one["indicator_code"] == view.indicator_code), text("card.all")
    )
    st.html('<div id="cases"></div>')
    if not rows:
        title(text("card.cases.none", indicator=name))
        return
    total = formatting.count(rows[0]["total_count"], view.language)
    title(
        text("card.cases.title", indicator=name, count=total, reason=reasons[0]["reason_text"]),
        text("card.cases.note", shown=formatting.count(len(rows), view.language), count=total),
    )
    left, right = st.columns([1, 3], gap="medium")
    with left:
        shown = reasons[:8]
        colours = [BAD] + [FAINT] * (len(shown) - 1)
        charts.bars(
            view,
            "reasons",
            [one["reason_text"] for one in shown],
            [one["cases"] for one in shown],
            colours,
            text("card.reasons.alt"),
        )
    with right:
        names = ["indicator_name", "case_ref", "reason_text", "due_at", "division_name", "source_file", "source_row"]
        names = [name for name in names if any(row[name] is not None for row in rows)]
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


def definition(view: View, one: Row) -> None:
    """How the chosen indicator's figure is made, with its own numbers."""
    language = view.language
    with st.expander(text("card.definition", indicator=one["indicator_name"]), key="definition"):
        st.write(one["definition"])
        st.write(
            text(
                "card.definition.figure",
                rate=formatting.rate(one["numerator"], one["denominator"], language),
                numerator=formatting.count(one["numerator"], language),
                denominator=formatting.count(one["denominator"], language),
                target=formatting.share(one["target_value"], language),
                clause=one["source_clause"],
            )
        )
