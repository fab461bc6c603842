"""Small multiples: the same panel for every township (or every indicator of one), and the choice of what they show."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import streamlit as st

from dashboards import formatting, queries
from dashboards.components import charts, marks
from dashboards.edition import Edition, Row
from dashboards.view import View, choose, text

ALL = ""


@dataclass(frozen=True)
class Panel:
    """One panel: its code and name, its monthly points, and the county's behind them."""

    code: str
    name: str
    points: list[Row]
    county: list[Row]

    @property
    def last_closed(self) -> Row | None:
        return next((point for point in reversed(self.points) if not point["is_provisional"]), None)


def choose_subject(edition: Edition, view: View, indicator: Row, divisions: dict[str, str]) -> None:
    """Which indicator, or which township with all its indicators."""
    names = {one["indicator_code"]: one["indicator_name"] for one in queries.indicators(edition, view.language)}
    with st.container(horizontal=True):
        st.session_state["control.division"] = view.division_code if view.division_code in divisions else ALL
        st.selectbox(
            text("control.division"),
            [ALL, *divisions],
            format_func=lambda code: divisions.get(code) or text("control.division.all"),
            key="control.division",
            on_change=lambda: choose("division", st.session_state["control.division"] or None),
            width=240,
        )
        if view.division_code not in divisions:
            st.session_state["control.indicator"] = indicator["indicator_code"]
            st.selectbox(
                text("control.indicator"),
                list(names),
                format_func=names.get,
                key="control.indicator",
                on_change=lambda: choose("indicator", st.session_state["control.indicator"]),
                width=340,
            )


def draw(view: View, panels: list[Panel], *, is_shared: bool, link: str) -> None:
    """The panels in a grid that folds on a narrow page. `link` names what a panel's title leads to."""
    lowest = low_end(panels)
    with st.grid(4, min_column_width=230, gap="small"):
        for panel in panels:
            with st.container(gap=None):
                newest = panel.points[-1]
                rate = formatting.rate(newest["numerator"], newest["denominator"], view.language)
                cases = formatting.cases(newest["numerator"], newest["denominator"], view.language)
                href = (
                    view.link(**{link: panel.code})
                    if link == "division"
                    else view.link("ranking", **{link: panel.code})
                )
                st.html(
                    f'<div class="sb"><a href="{escape(href)}" target="_self"><b>{escape(panel.name)}</b></a> '
                    f'<span class="{marks.colour(newest)}">{marks.glyph(newest)}</span> {rate} '
                    f'<span class="small">{cases}</span></div>'
                )
                low = lowest if is_shared else low_end([panel])
                charts.panel(view, f"panel.{panel.code}", panel.points, panel.county, low, panel.name)


def low_end(panels: list[Panel]) -> float:
    """Where the axis starts: the full five per cent below the lowest point drawn."""
    values = [point["value"] for panel in panels for point in (*panel.points, *panel.county)]
    return max(0.0, int(min(values, default=0.0) * 20 - 1e-9) / 20)


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
        target = formatting.share(closed["target_value"], view.language)
        parts.append(text("trends.sentence.reached", target=target, reached=len(reached), count=len(same_month)))
    if any(point["is_provisional"] for point in county):
        parts.append(text("trends.sentence.provisional"))
    return formatting.clauses(parts, view.language)


def sentence_of_division(view: View, name: str, panels: list[Panel]) -> str:
    judged = [point for panel in panels if (point := panel.last_closed) and point["target_value"] is not None]
    short = [panel.name for panel in panels if (point := panel.last_closed) and point["is_serious"]]
    reached = [point for point in judged if point["is_reached"]]
    parts = [text("trends.sentence.division", division=name, reached=len(reached), count=len(judged))]
    if short:
        parts.append(text("trends.sentence.serious", indicators=formatting.listing(short[:4], view.language)))
    return formatting.clauses(parts, view.language)


def finding(view: View, indicator: Row, panels: list[Panel]) -> str:
    """What the panels show together: who is furthest from the target in the newest closed month."""
    with_value = [panel for panel in panels if panel.last_closed]
    if not with_value:
        return indicator["indicator_name"]
    worst = min(with_value, key=lambda panel: (panel.last_closed["value"], panel.code))
    point = worst.last_closed
    return text(
        "trends.title",
        division=worst.name,
        indicator=indicator["indicator_name"],
        rate=formatting.rate(point["numerator"], point["denominator"], view.language),
    )


def reading(view: View, panels: list[Panel], *, is_shared: bool) -> str:
    start = formatting.share(low_end(panels), view.language)
    return text("trends.note.shared", start=start) if is_shared else text("trends.note.own")
