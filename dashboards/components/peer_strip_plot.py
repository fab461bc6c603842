"""The peer strip plot: every indicator on an axis of its own, one township against target, peers and county.

The axis runs from below the lowest value drawn to 100 %; the browser places what is on it (by CSS variables).
"""

from __future__ import annotations

import streamlit as st

from dashboards import formatting
from dashboards.components import choices, marks
from dashboards.components.tables import Cell, html_table, title
from dashboards.edition import Row
from dashboards.markup import Markup, fragments, macros
from dashboards.view import View, counted, text

_HTML = macros("peer_strip_plot")

GROUPS = ("all", "kind", "size")
# What is drawn on an axis: text key and class.
_BOTH = {"strip.key.county": "county", "strip.key.goal": "goal"}
SHAPES = {
    "strip.key.own": "own",
    "strip.key.peer": "peer",
    "strip.key.half": "half",
} | _BOTH
SHAPES_OF_ALL = {"strip.key.each": "peer", "strip.key.middle": "half"} | _BOTH


def draw(view: View, rows: list[Row], own: dict[str, Row], peers: list[Row], by: str, name: str) -> None:
    """`rows`: the peers' spread by indicator; `own`: the township's results by indicator; `by`: who the peers are."""
    judged = [one for one in rows if own.get(one["indicator_code"], {}).get("denominator")]
    behind = [one for one in judged if own[one["indicator_code"]]["value"] < one["lower_quarter"]]
    ahead = [one for one in judged if own[one["indicator_code"]]["value"] > one["upper_quarter"]]
    counts = {"ahead": ahead, "behind": behind}
    numbers = {key: formatting.count(len(found), view.language) for key, found in counts.items()}
    if not peers:
        finding = text("strip.title.alone", division=name)
    else:
        finding = text("strip.title", division=name, count=formatting.count(len(judged), view.language), **numbers)
    names = formatting.some([one["division_name"] for one in peers], view.language, 6)
    title(finding, text("strip.note") + (text(f"strip.peers.{by}", divisions=names) if peers else ""))
    choices.way("peers", GROUPS, by)
    header = [Cell(text("card.indicator"), "sticky"), Cell(""), Cell(text("card.rate"), "number")]
    header += [Cell(text("strip.low"), "number wide"), Cell(text("strip.axis"), "strip")]
    header.append(Cell(text("strip.median"), "number wide"))
    html_table(header, [("", _row(view, one, own.get(one["indicator_code"]))) for one in rows])
    st.html(_key(SHAPES))


def spread(view: View, rows: list[Row], names: dict[str, str]) -> None:
    """The same of all townships at once: how far apart they lie on each indicator."""
    short = [one for one in rows if one["county_target"] is not None and one["middle"] < one["county_target"]]
    title(counted("spread.title", len(short)) if short else text("spread.title.none"), text("strip.note"))
    header = [Cell(text("card.indicator"), "sticky"), Cell(text("strip.least"), "wide")]
    header += [Cell(text("strip.low"), "number wide"), Cell(text("spread.axis"), "strip")]
    header.append(Cell(text("spread.middle"), "number"))
    html_table(header, [("", _spread(view, one, names)) for one in rows])
    st.html(_key(SHAPES_OF_ALL))


def sentence(view: View, rows: list[Row]) -> str:
    """On which indicator townships lie furthest apart: its lowest against its middle."""
    apart = max(rows, key=lambda one: one["middle"] - one["peers"][0]["value"], default=None)
    if apart is None:
        return text("spread.sentence.none", period=view.period)
    low, middle = (formatting.share(value, view.language) for value in (apart["peers"][0]["value"], apart["middle"]))
    return text("spread.sentence", period=view.period, indicator=apart["indicator_name"], low=low, middle=middle)


def _row(view: View, one: Row, own: Row | None) -> list[Cell]:
    language = view.language
    link = view.link(indicator=one["indicator_code"]) + "#cases"
    has_result = bool(own and own["denominator"])
    rate = formatting.rate(own["numerator"], own["denominator"], language) if has_result else ""
    mark = None
    if has_result:
        dashed = " provisional" if own["is_provisional"] else ""
        mark = (own["value"], f"own {marks.colour(own)}{dashed}", marks.explanation(own, language), marks.glyph(own))
    return [
        Cell(one["indicator_name"], "sticky", one["definition"], link),
        Cell(marks.glyph(own), marks.colour(own), marks.words(own)),
        Cell(rate, "number"),
        Cell(formatting.share(one["low"], language), "number small wide"),
        Cell(_HTML.axis(one, (own or {}).get("target_value"), mark, _heard(one, own, language)), "strip"),
        Cell(formatting.share(one["middle"], language), "number small wide"),
    ]


def _spread(view: View, one: Row, names: dict[str, str]) -> list[Cell]:
    language, least = view.language, one["peers"][0]
    is_level = least["value"] == one["peers"][-1]["value"]
    last = [names.get(peer["division_code"], "") for peer in one["peers"] if peer["value"] == least["value"]]
    link = view.link(indicator=one["indicator_code"], mode="funnel")
    return [
        Cell(one["indicator_name"], "sticky", one["definition"], link),
        Cell(formatting.ABSENT if is_level else formatting.some(last, language, 1), "small wide"),
        Cell(formatting.share(one["low"], language), "number small wide"),
        Cell(_HTML.axis(one, one["county_target"], None, _heard(one, None, language)), "strip"),
        Cell(formatting.share(one["middle"], language), "number"),
    ]


def _heard(one: Row, own: Row | None, language: str) -> str:
    """The row in words, for who cannot see it."""
    parts = [marks.explanation(own, language).replace("\n", " ")] if own else []
    parts.append(text("strip.heard", middle=formatting.share(one["middle"], language),
                      low=formatting.share(one["lower_quarter"], language),
                      high=formatting.share(one["upper_quarter"], language)))  # fmt: skip
    return " ".join(parts)


def _key(shapes: dict[str, str]) -> Markup:
    """What is drawn on an axis: its shape and the name of it."""
    items = [(f"shape {shape}", "●" if shape == "own" else "", text(key)) for key, shape in shapes.items()]
    return fragments.legend(items, gap="")
