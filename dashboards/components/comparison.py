"""Two townships side by side, two periods as a sum of changes, and what a funnel shows in words."""

from __future__ import annotations

import streamlit as st

from dashboards import formatting
from dashboards.components import bars, charts, marks, panels, standing
from dashboards.components.tables import Cell, html_table, title
from dashboards.edition import Row
from dashboards.markup import macros
from dashboards.view import View, counted, text

_HTML = macros("comparison")


def funnel_sentence(view: View, indicator: str, month: str, units: list[Row], limits: list[Row]) -> str:
    """Who lies outside what chance allows, and that the others cannot be told apart."""
    if not limits:
        return text("funnel.sentence.no_limits", indicator=indicator, month=month)
    parts = []
    for place in ("far_below", "below", "far_above", "above"):
        names = [unit["division_name"] for unit in units if unit["place"] == place]
        if names:
            parts.append(text(f"funnel.sentence.{place}", divisions=formatting.some(names, view.language)))
    intro = text("funnel.sentence", indicator=indicator, month=month)
    rest = [unit for unit in units if unit["place"] == "within"]
    if not parts:
        parts = [text("funnel.sentence.all_within")]
    elif rest:
        parts.append(counted("funnel.sentence.rest", len(rest)))
    return intro + formatting.clauses(parts, view.language)


def funnel(view: View, indicator: str, units: list[Row], limits: list[Row], centre: str) -> None:
    """The funnel with how to read it; what is missing, if nothing is there."""
    if not units:
        return title(text("empty.no_trend"))
    low = panels.low_end([units])
    note = text(f"funnel.note.{centre}") if limits else text(f"funnel.note.no_limits.{centre}")
    start = formatting.share(low, view.language)
    title(text("funnel.title", indicator=indicator), f"{note}{text('funnel.note', start=start)}")
    return charts.funnel(view, units, limits, low)


def divisions_sentence(view: View, one: Row, other: Row, rows: list[Row]) -> str:
    """Who is ahead, by what, and whether their intervals overlap."""
    if not (one["is_assessed"] and other["is_assessed"]):
        absent = [row["division_name"] for row in (one, other) if not row["is_assessed"]]
        return text(
            "divisions.sentence.not_assessed", period=view.period, divisions=formatting.listing(absent, view.language)
        )
    ahead, behind = (one, other) if one["rank"] <= other["rank"] else (other, one)
    names = {"period": view.period, "ahead": ahead["division_name"], "behind": behind["division_name"]}
    ranks = {
        "first": formatting.count(ahead["rank"], view.language),
        "second": formatting.count(behind["rank"], view.language),
    }
    if ahead["rank"] == behind["rank"]:
        parts = [text("divisions.sentence.level", **names, rank=ranks["first"])]
    else:
        parts = [text("divisions.sentence.ahead", **names, **ranks)]
    if ahead["rank_high"] is not None and behind["rank_low"] is not None:
        overlap = ahead["rank_high"] >= behind["rank_low"]
        parts.append(text("divisions.sentence.overlap" if overlap else "divisions.sentence.apart"))
    apart = [row["indicator_name"] for row in rows if row["difference"]][:3]
    if apart:
        parts.append(text("divisions.sentence.by", indicators=formatting.listing(apart, view.language)))
    return formatting.clauses(parts, view.language)


def divisions_table(view: View, one: Row, other: Row, rows: list[Row]) -> None:
    """Every indicator of both; a bar to the side of the one that lost less by it, and last what counts for one only."""
    title(text("divisions.title", one=one["division_name"], other=other["division_name"]), text("divisions.note"))
    most = max((abs(row["difference"]) for row in rows), default=0)
    header = [Cell(text("card.indicator"), "sticky")]
    header += [Cell(one["division_name"], "number"), Cell("", "wide"), Cell(text("divisions.difference"), "number")]
    header += [Cell(""), Cell(other["division_name"], "number"), Cell("", "wide")]
    lines = [("", _indicator_row(view, row, most)) for row in rows]
    if rows and rows[0]["mix"]:
        mix = Cell(formatting.change(rows[0]["mix"], view.language), "number")
        lines.append(("", [Cell(text("divisions.mix"), "sticky"), Cell(), Cell("", "wide"), mix, *[Cell()] * 3]))
    html_table(header, lines)
    st.html(marks.legend())


def _indicator_row(view: View, row: Row, most: float) -> list[Cell]:
    link = view.link("trends", indicator=row["indicator_code"], division=None)
    return [
        Cell(row["indicator_name"], "sticky", row["definition"], link),
        *_side(view, row["one"], row["indicator_code"]),
        Cell(formatting.change(row["difference"], view.language) if row["is_shared"] else "", "number"),
        Cell(bars.versus(row["difference"], most)),
        *_side(view, row["other"], row["indicator_code"]),
    ]


def _side(view: View, result: Row | None, code: str) -> list[Cell]:
    if marks.state(result) == "not_delivered":
        return [Cell(marks.glyph(result), "number not_met", marks.words(result)), Cell("", "wide")]
    if result is None or result["denominator"] is None:
        return [Cell(formatting.ABSENT, "number"), Cell("", "wide")]
    rate = formatting.rate(result["numerator"], result["denominator"], view.language)
    state = _HTML.side(marks.colour(result), marks.glyph(result), rate)
    link = view.link("township", division=result["division_code"], indicator=code) + "#cases"
    cases = formatting.cases(result["numerator"], result["denominator"], view.language)
    return [
        Cell(state, "number", marks.explanation(result, view.language), link),
        Cell(cases, "number small wide"),
    ]


def standings(view: View, rows: list[Row]) -> None:
    """The rank intervals of the two below each other, on one scale."""
    cells = [
        (
            "",
            [
                Cell(
                    standing.named(row, view.language),
                    "sticky",
                    href=view.link("township", division=row["division_code"]),
                ),
                Cell(formatting.count(row["rank"], view.language), "number"),
                Cell(formatting.score(row["score"], view.language), "number"),
                Cell(standing.tier(row, view.language)),
                Cell(standing.bar(row), "full"),
                Cell(standing.said(row, view.language), "small wide"),
            ],
        )
        for row in rows
    ]
    labels = (("division", "sticky"), ("rank", "number"), ("score", "number"), ("tier", ""), ("interval", ""))
    html_table([*(Cell(text(f"league.{label}"), style) for label, style in labels), Cell("", "wide")], cells)


def periods(view: View, division: str, before: Row, after: Row, changes: list[Row]) -> None:
    """The change between two periods as a waterfall over indicators."""
    ends = [(formatting.period(view.kind, row["period_start"], view.language), row["score"]) for row in (before, after)]
    if not changes:
        title(text("periods.title.same", division=division))
        return
    title(text("periods.title", indicator=bars.name_of_change(changes[0])), text("periods.note"))
    counted = [one["indicator_code"] for one in changes if one["change_kind"] != "mix"]
    links = {code: view.link("township", indicator=code) + "#cases" for code in counted}
    bars.waterfall(changes, *ends, links)


def periods_sentence(view: View, division: str, before: Row, after: Row, changes: list[Row]) -> str:
    language = view.language
    ends = {
        "before": formatting.period(view.kind, before["period_start"], language),
        "after": formatting.period(view.kind, after["period_start"], language),
        "first": formatting.score(before["score"], language),
        "second": formatting.score(after["score"], language),
    }
    parts = [text("periods.sentence", division=division, **ends)]
    for key, kept in (("gained", lambda one: one["change"] > 0), ("lost", lambda one: one["change"] < 0)):
        names = [
            text("periods.part", indicator=one["indicator_name"], change=formatting.change(one["change"], language))
            for one in changes
            if kept(one)
        ][:3]
        if names:
            parts.append(text(f"periods.sentence.{key}", indicators=formatting.listing(names, language)))
    return formatting.clauses(parts, language)
