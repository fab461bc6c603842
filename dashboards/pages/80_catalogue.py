"""The catalogue, for all: what each indicator means, where it comes from, its target, and this period's own example."""

from __future__ import annotations

import streamlit as st

from dashboards import formatting, queries
from dashboards.components import export, frame, marks, methods
from dashboards.components.tables import Cell, html_table, title
from dashboards.view import View, text


def row(view: View, one: dict) -> list[Cell]:
    language = view.language
    trend = view.link("trends", indicator=one["indicator_code"], division=None)
    figure = text(
        "catalogue.example",
        numerator=formatting.count(one["numerator"], language),
        denominator=formatting.count(one["denominator"], language),
        rate=formatting.rate(one["numerator"], one["denominator"], language),
    )
    if waived := marks.waived_words(one, language):
        figure = f"{figure} · {waived}"
    return [
        Cell(one["indicator_name"], "sticky", text("catalogue.open"), trend),
        Cell(formatting.share(one["target_value"], language), "number"),
        Cell(figure if one["denominator"] else text("state.not_assessed"), "small"),
        Cell(marks.glyph(one), marks.colour(one), marks.explanation(one, language)),
        Cell(one["definition"], "wrap"),
        Cell(text(f"domain.{one['domain']}"), "small"),
        Cell(text(f"measure.{one['measure_kind']}"), "small"),
        Cell(one["source_clause"], "small"),
    ]


edition, view = frame.begin()
catalogue = queries.definitions.catalogue(edition, view.language, view.kind, view.start, view.parent_code)
scored = [one for one in catalogue if one["target_value"] is not None]
reached = [one for one in scored if one["is_reached"]]
county = queries.frame.division(edition, view.language, view.parent_code)["division_name"]
numbers = {"count": len(catalogue), "scored": len(scored), "reached": len(reached)}
lead = text("catalogue.sentence", period=view.period, division=county, **numbers)
controls = frame.lead(edition, view, lead)
export.offer(controls, edition, view, lead, {"export.catalogue": catalogue})
title(text("catalogue.title"), text("catalogue.note", division=county, period=view.period))
labels = ("indicator", "target", "figure", "state", "definition", "domain", "kind", "clause")
html_table(
    [Cell(text(f"catalogue.{label}"), "number" if label == "target" else "") for label in labels],
    [("", row(view, one)) for one in catalogue],
)
st.html(marks.legend())
methods.draw()
