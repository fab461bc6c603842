"""The table of a township's card: every indicator with its figures, what it gained and cost, and how it is made."""

from __future__ import annotations

import streamlit as st

from dashboards import formatting
from dashboards.components import marks
from dashboards.components.tables import Cell, html_table
from dashboards.edition import Row
from dashboards.markup import Markup, macros
from dashboards.sources import source_name
from dashboards.view import View, text

_HTML = macros("card")
COLUMNS = {
    "indicator": "sticky",
    "rate": "number",
    "cases": "number",
    "target": "number",
    "state": "",
    "range": "number",
    "shrunk": "number",
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
        Cell(_cases(one, language), "number small"),
        Cell(formatting.share(one["target_value"], language), "number"),
        Cell(_state(one), marks.colour(one)),
        Cell(_range(one, language), "number small", text("card.range.title")),
        Cell(
            formatting.share(one["shrunk_value"], language) if one["shrunk_value"] is not None else "",
            "number small",
            text("card.shrunk.title"),
        ),
        Cell(_HTML.bar(one["attained_percent"]) if one["attainable"] else ""),
        Cell(formatting.points(one["contribution"], language) if scored else "", "number"),
        Cell(formatting.points(one["lost"], language) if scored and one["lost"] else "", "number short"),
        Cell(_or_blank(one["missed"], language), "number", text("card.cases.open"), link if one["missed"] else ""),
        Cell(_or_blank(one["pending"], language), "number small"),
    ]


def _cases(one: Row, language: str) -> Markup:
    """Numerator and denominator, and below them how many of its rows are waived."""
    cases = formatting.cases(one["numerator"], one["denominator"], language)
    return _HTML.cases(cases, marks.waived_words(one, language))


def _state(one: Row) -> Markup:
    return _HTML.state(marks.glyph(one), one["is_provisional"], marks.words(one), marks.crossing(one))


def _or_blank(number: int | None, language: str) -> str:
    return formatting.count(number, language) if number else ""


def _range(one: Row, language: str) -> str:
    if one["ci_low"] is None:
        return ""
    return f"{formatting.share(one['ci_low'], language)[:-1]}–{formatting.share(one['ci_high'], language)}"


def definition(view: View, one: Row, edition: Row) -> None:
    """How the chosen indicator's figure is made: definition, its own numbers, sources, edition, freshness."""
    language = view.language
    with st.expander(text("card.definition", indicator=one["indicator_name"]), key="definition"):
        st.write(one["definition"])
        if one["denominator"] is not None:
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
        if one["zero_defect_bound"] is not None:
            st.write(text("card.definition.bound", bound=formatting.share(one["zero_defect_bound"], language)))
        st.write(
            text(
                "card.definition.origin",
                sources=formatting.listing(
                    [source_name(source, language) for source in one["sources"].split()], language
                ),
                as_of=formatting.date(edition["newest_as_of"], language),
                edition=edition["edition_id"].rpartition("-")[2],
            )
        )
