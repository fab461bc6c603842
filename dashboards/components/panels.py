"""Small multiples: the same panel for every township (or every indicator of one), in a grid that folds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from statistics import quantiles

import streamlit as st

from dashboards import formatting
from dashboards.components import charts, marks, signals
from dashboards.components.signals import SCORE
from dashboards.edition import Row
from dashboards.markup import Markup, fragments, macros
from dashboards.view import View, text

_HTML = macros("panels")
# What lies further below the middle half than this many times its width is drawn at the lower edge with its value, if
# it is at most this share of what is shown.
FAR, FEW, LEAST = 8, 0.05, 12


@dataclass(frozen=True)
class Panel:
    """One panel: its code and name, its monthly points, the county's behind them, and where its title leads."""

    code: str
    name: str
    points: list[Row]
    county: list[Row]
    href: str

    @property
    def is_score(self) -> bool:
        return self.points[0]["indicator_code"] == SCORE

    @property
    def last_closed(self) -> Row | None:
        return next((point for point in reversed(self.points) if not point["is_provisional"]), None)


def grouped(points: list[Row], name: str) -> dict[str, list[Row]]:
    """The points of one panel each, by the code in column `name`."""
    return {code: list(run) for code, run in groupby(points, key=lambda point: point[name])}


def draw(view: View, panels: list[Panel], *, is_shared: bool) -> None:
    """The panels; `is_shared`: all on one axis."""
    lowest = _start(panels)
    with st.grid(4, min_column_width=230, gap="small"):
        for panel in panels:
            with st.container(gap=None):
                st.html(_heading(view, panel))
                low = lowest if is_shared else _start([panel])
                charts.panel(view, f"panel.{panel.code}", panel.points, panel.county, low, is_score=panel.is_score)


def _start(panels: list[Panel]) -> float:
    return low_end((panel.points for panel in panels), is_score=panels[0].is_score, is_whole=False)


def _heading(view: View, panel: Panel) -> Markup:
    newest = panel.points[-1]
    state = "" if panel.is_score else fragments.coloured(marks.colour(newest), marks.glyph(newest))
    closed = panel.last_closed
    since = closed["cases_since_miss"] if closed and closed["chart"] == "exact" else None
    note = signals.since_miss(closed, view.language) if closed and since else ""
    return _HTML.heading(panel, state, signals.value(newest, view.language), note)


def low_end(runs: Iterable[list[Row]], *, is_score: bool = False, is_whole: bool = True) -> float:
    """Where the axis starts: the full two per cent (ten points) below the lowest value drawn.

    Unless the axis `is_whole`, few values that lie far below all others do not count: in sixteen panels one bad month
    of one township would press all the rest into a line.
    """
    values = [point["value"] for run in runs for point in run]
    lowest = min(values if is_whole else _together(values), default=0.0)
    return max(0.0, lowest // 10 * 10) if is_score else max(0.0, int(lowest * 50 - 1e-9) / 50)


def _together(values: list[float]) -> list[float]:
    """The values without those far below the middle half, if these are few."""
    if len(values) < LEAST:
        return values
    low, _, high = quantiles(values, n=4)
    kept = [value for value in values if value >= low - FAR * (high - low)]
    return kept if len(kept) >= (1 - FEW) * len(values) else values


def sentence_of_indicator(view: View, indicator: Row, panels: list[Panel], county: list[Row]) -> str:
    closed = next((point for point in reversed(county) if not point["is_provisional"]), None) or next(
        reversed(county), None
    )
    if closed is None:
        return text("trends.sentence.nothing", indicator=indicator["indicator_name"])
    same_month = [
        point for panel in panels for point in panel.points if point["period_start"] == closed["period_start"]
    ]
    parts = [
        text(
            "trends.sentence.county",
            month=formatting.month(closed["period_start"], view.language),
            indicator=indicator["indicator_name"],
            rate=formatting.rate(closed["numerator"], closed["denominator"], view.language),
            cases=formatting.cases(closed["numerator"], closed["denominator"], view.language),
        )
    ]
    if closed["target_value"] is not None:
        reached = [point for point in same_month if point["is_reached"]]
        numbers = {name: formatting.count(len(rows), view.language) for name, rows in
                   (("reached", reached), ("count", same_month))}  # fmt: skip
        target = formatting.share(closed["target_value"], view.language)
        parts.append(text("trends.sentence.reached" if reached else "trends.sentence.nobody", target=target, **numbers))
    if any(point["is_provisional"] for point in county):
        parts.append(text("trends.sentence.provisional"))
    return formatting.clauses(parts, view.language)


def sentence_of_scores(view: View, panels: list[Panel], rows: list[Row]) -> str:
    """The scores of all townships over the months: who signals in the newest month."""
    parts = [text("trends.sentence.scores", count=formatting.count(len(panels), view.language))]
    for kind in ("improvement", "concern"):
        names = [row["division_name"] for row in rows if row["is_newest"] and row["signal_kind"] == kind]
        if names:
            parts.append(text(f"trends.sentence.scores.{kind}", divisions=formatting.some(names, view.language)))
    if len(parts) == 1:
        parts.append(text("trends.sentence.scores.none"))
    return formatting.clauses(parts, view.language)


def sentence_of_division(view: View, name: str, panels: list[Panel]) -> str:
    closed = [(panel.name, point) for panel in panels if (point := panel.last_closed)]
    judged = [point for _, point in closed if point["target_value"] is not None]
    short = [name for name, point in closed if point["is_serious"]]
    reached = [point for point in judged if point["is_reached"]]
    parts = [text("trends.sentence.division", division=name, reached=len(reached), count=len(judged))]
    if short:
        parts.append(text("trends.sentence.serious", indicators=formatting.some(short, view.language)))
    return formatting.clauses(parts, view.language)


def reading(view: View, panels: list[Panel], rebases: list[Row], *, is_shared: bool) -> str:
    """How to read the panels, where their axis starts, and when and why their charts start anew."""
    is_score = panels[0].is_score
    low = _start(panels)
    start = formatting.count(int(low), view.language) if is_score else formatting.share(low, view.language)
    axis = text("trends.note.shared", start=start) if is_shared else text("trends.note.own")
    anew = [
        text("trends.rebase", month=formatting.month(one["rebased_on"], view.language), reason=one["reason"])
        for one in rebases
    ]
    starts = {panel.code: low if is_shared else _start([panel]) for panel in panels}
    is_cut = any(point["value"] < starts[panel.code] for panel in panels for point in panel.points)
    return "".join((axis, text("trends.note.cut") if is_cut else "", text("trends.note"), *anew))
