"""Plotly figures: a panel over months with limits and signals, and the funnel. Titles stand above, in HTML."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from itertools import pairwise

import plotly.graph_objects as go
import streamlit as st

from dashboards import formatting
from dashboards.components import signals
from dashboards.edition import Row
from dashboards.theme import BAD, FAINT, GOOD, NEUTRAL, PLOTLY_CONFIG, PLOTLY_LAYOUT, SIGNAL_SYMBOLS
from dashboards.view import View, text

BAND = "rgba(138, 143, 152, 0.16)"
_SIGNAL_COLOURS = {"improvement": GOOD, "concern": BAD}
_STILL = {"fixedrange": True, "zeroline": False, "showgrid": False}


def panel(
    view: View, key: str, points: list[Row], county: list[Row], low: float, *, height: int = 145, is_score: bool = False
) -> None:
    """One chart over months: limits as a quiet band, their centre, the target dashed, the county grey behind.

    A month's point is small and neutral; a signal is large and coloured; what is provisional is hollow and dotted.
    """
    figure = go.Figure(layout=PLOTLY_LAYOUT)
    _limits(figure, points)
    figure.add_scatter(
        x=[point["period_start"] for point in county],
        y=[point["value"] for point in county],
        mode="lines",
        line={"color": FAINT, "width": 3},
        hoverinfo="skip",
    )
    target = next((point["target_value"] for point in reversed(points) if point["target_value"] is not None), None)
    if target is not None:
        figure.add_hline(target, line={"color": NEUTRAL, "width": 1, "dash": "dash"})
    for rebased_on in sorted({point["rebased_on"] for point in points if point["rebased_on"]}):
        figure.add_vline(rebased_on, line={"color": NEUTRAL, "width": 1, "dash": "dot"})
    for is_dotted, dash in ((False, "solid"), (True, "dot")):
        figure.add_scatter(
            **_segments(points, is_dotted),
            mode="lines",
            line={"color": NEUTRAL, "width": 1.6, "dash": dash},
            hoverinfo="skip",
        )
    figure.add_scatter(
        x=[point["period_start"] for point in points],
        y=[point["value"] for point in points],
        mode="markers",
        marker={
            "symbol": [_symbol(point) for point in points],
            "size": [11 if point["signal"] else 6 for point in points],
            "color": [_SIGNAL_COLOURS.get(point["signal_kind"], NEUTRAL) for point in points],
            "opacity": 1,
            "line": {"width": [1.4 if point["is_provisional"] else 0 for point in points]},
        },
        customdata=[signals.hover(point, view.language) for point in points],
        hovertemplate="%{customdata}<extra></extra>",
        cliponaxis=False,
    )
    figure.update_layout(height=height, margin={"l": 44, "r": 18, "t": 8, "b": 22})
    top, headroom = (100, 2) if is_score else (1, 0.015)
    tick: Callable[[float], str] = (lambda value: f"{value:g}") if is_score else (lambda value: _tick(value, view))
    ticks = [low, top]
    figure.update_yaxes(range=[low, top + headroom], tickvals=ticks, ticktext=[tick(one) for one in ticks], **_STILL)
    _month_axis(figure, [point["period_start"] for point in county or points], view)
    st.plotly_chart(figure, key=key, config=PLOTLY_CONFIG, alt=signals.alternative(points, view.language))


def funnel(view: View, units: list[Row], limits: list[Row], low: float) -> None:
    """Rate against number of cases between the limits of chance; what lies outside is named."""
    figure = go.Figure(layout=PLOTLY_LAYOUT)
    sizes = [limit["denominator"] for limit in limits]
    for names, fill in ((("low_998", "high_998"), BAND), (("low_95", "high_95"), BAND)):
        for name, mode in zip(names, (None, "tonexty"), strict=True):
            figure.add_scatter(
                x=sizes, y=[limit[name] for limit in limits], mode="lines", fill=mode, fillcolor=fill,
                line={"color": FAINT, "width": 1, "dash": "dot" if "95" in name else "solid"}, hoverinfo="skip",
            )  # fmt: skip
    if limits:
        figure.add_hline(limits[0]["centre"], line={"color": NEUTRAL, "width": 1, "dash": "dash"})
    outside = {"far_below": BAD, "below": BAD, "above": GOOD, "far_above": GOOD}
    figure.add_scatter(
        x=[unit["denominator"] for unit in units],
        y=[unit["value"] for unit in units],
        mode="markers+text",
        marker={
            "symbol": [_funnel_symbol(unit) for unit in units],
            "size": [11 if unit["place"] in ("far_below", "far_above") else 9 for unit in units],
            "color": [outside.get(unit["place"], NEUTRAL) for unit in units],
            "opacity": 1,
            "line": {"width": 1.4},
        },
        text=[unit["division_name"] if unit["place"] in outside else "" for unit in units],
        textposition="top center",
        textfont={"size": 12},
        customdata=[_funnel_hover(unit, view) for unit in units],
        hovertemplate="%{customdata}<extra></extra>",
        cliponaxis=False,
    )
    figure.update_layout(height=430, margin={"l": 52, "r": 40, "t": 26, "b": 44})
    figure.update_xaxes(**_STILL, rangemode="tozero", title=text("funnel.axis"), nticks=6)
    figure.update_yaxes(
        range=[low, 1.012], tickvals=[low, (low + 1) / 2, 1], **_STILL,
        ticktext=[_tick(low, view), _tick((low + 1) / 2, view), _tick(1, view)],
    )  # fmt: skip
    st.plotly_chart(figure, key="funnel", config=PLOTLY_CONFIG, alt=text("funnel.alt"))


def _limits(figure: go.Figure, points: list[Row]) -> None:
    limited = [point for point in points if point["centre"] is not None]
    months = [point["period_start"] for point in limited]
    for name, mode in (("lower", None), ("upper", "tonexty")):
        figure.add_scatter(
            x=months, y=[point[name] for point in limited], mode="lines", fill=mode, fillcolor=BAND,
            line={"width": 0, "shape": "hvh"}, hoverinfo="skip",
        )  # fmt: skip
    figure.add_scatter(
        x=months, y=[point["centre"] for point in limited], mode="lines",
        line={"color": FAINT, "width": 1, "shape": "hvh"}, hoverinfo="skip",
    )  # fmt: skip


def _symbol(point: Row) -> str:
    symbol = SIGNAL_SYMBOLS.get(point["signal_kind"], "circle")
    return f"{symbol}-open" if point["is_provisional"] else symbol


def _funnel_symbol(unit: Row) -> str:
    place = unit["place"] or "within"
    symbol = "x" if "below" in place else "cross" if "above" in place else "circle"
    return f"{symbol}-open" if unit["is_provisional"] else symbol


def _funnel_hover(unit: Row, view: View) -> str:
    rate = formatting.rate(unit["numerator"], unit["denominator"], view.language)
    cases = formatting.cases(unit["numerator"], unit["denominator"], view.language)
    lines = [f"<b>{unit['division_name']}</b>", f"{rate} ({cases})"]
    if unit["place"]:
        lines.append(text(f"funnel.place.{unit['place']}"))
    if unit["shrunk_value"] is not None:
        lines.append(text("funnel.shrunk", value=formatting.share(unit["shrunk_value"], view.language)))
    if unit["is_provisional"]:
        lines.append(text("mark.provisional"))
    return "<br>".join(lines)


def _tick(value: float, view: View) -> str:
    return formatting.share(value, view.language).replace(".0%", "%")


def _segments(points: list[Row], is_dotted: bool) -> dict[str, list]:
    """The lines between neighbours: dotted where either of the two is provisional. A gap stands between segments."""
    xs, ys = [], []
    for one, next_one in pairwise(points):
        if (one["is_provisional"] or next_one["is_provisional"]) == is_dotted:
            xs += [one["period_start"], next_one["period_start"], None]
            ys += [one["value"], next_one["value"], None]
    return {"x": xs, "y": ys}


def _month_axis(figure: go.Figure, months: list[dt.date], view: View) -> None:
    """First and last month as labels: enough to read a small panel by."""
    ends = sorted({months[0], months[-1]})
    margin = dt.timedelta(days=16)
    figure.update_xaxes(
        range=[ends[0] - margin, ends[-1] + margin],
        tickvals=ends,
        ticktext=[formatting.short_month(end, view.language) for end in ends],
        ticklabeloverflow="allow",
        **_STILL,
    )
