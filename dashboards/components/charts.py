"""Plotly figures: a panel over months with limits and signals, and the funnel. Titles stand above, in HTML."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import plotly.graph_objects as go
import plotly.io as pio
import streamlit as st

from dashboards import formatting
from dashboards.components import signals
from dashboards.edition import Row
from dashboards.theme import BAD, FAINT, GOOD, NEUTRAL, PLOTLY_CONFIG, PLOTLY_LAYOUT, SIGNAL_SYMBOLS
from dashboards.view import View, text

Trace = dict[str, Any]

# Plotly would copy its own template, some hundred settings that Streamlit's then replaces, into each figure.
pio.templates["shuangbai"] = go.layout.Template(layout={"font": PLOTLY_LAYOUT["font"]})
pio.templates.default = "shuangbai"

BAND = "rgba(138, 143, 152, 0.16)"
_SIGNAL_COLOURS = {"improvement": GOOD, "concern": BAD}
_STILL = {"fixedrange": True, "zeroline": False, "showgrid": False}


def panel(
    view: View, key: str, points: list[Row], county: list[Row], low: float, *, height: int = 145, is_score: bool = False
) -> None:
    """One chart over months: limits as a quiet band, their centre, the target dashed, the county grey behind.

    A month's point is small and neutral; a signal is large and coloured; what is provisional is hollow and dotted. One
    below `low` lies on the edge, with its value.
    """
    traces = [
        *_limits(points),
        _line(county, "value", color=FAINT, width=3),
        *(_segments(points, is_dotted) for is_dotted in (False, True)),
        {
            "x": [point["period_start"] for point in points],
            "y": [max(point["value"], low) for point in points],
            "mode": "markers+text",
            "text": [f"↓ {signals.figure(point, view.language)}" if point["value"] < low else "" for point in points],
            "textposition": ["top right" if place * 2 < len(points) else "top left" for place in range(len(points))],
            "textfont": {"size": 11},
            "marker": {
                "symbol": [_symbol(point) for point in points],
                "size": [11 if point["signal"] else 6 for point in points],
                "color": [_SIGNAL_COLOURS.get(point["signal_kind"], NEUTRAL) for point in points],
                "opacity": 1,
                "line": {"width": [1.4 if point["is_provisional"] else 0 for point in points]},
            },
            "customdata": [signals.hover(point, view.language) for point in points],
            "hovertemplate": "%{customdata}<extra></extra>",
            "cliponaxis": False,
        },
    ]
    target = next((point["target_value"] for point in reversed(points) if point["target_value"] is not None), None)
    lines = [] if target is None else [_across("y", target, "dash")]
    lines += [_across("x", day, "dot") for day in sorted({one["rebased_on"] for one in points if one["rebased_on"]})]
    top, headroom = (100, 2) if is_score else (1, 0.015)
    tick: Callable[[float], str] = (lambda value: f"{value:g}") if is_score else (lambda value: _tick(value, view))
    layout = {
        "height": height,
        "margin": {"l": 44, "r": 18, "t": 8, "b": 22},
        "shapes": lines,
        "yaxis": {
            "range": [low, top + headroom], "tickvals": [low, top], "ticktext": [tick(low), tick(top)], **_STILL
        },
        "xaxis": _month_axis([point["period_start"] for point in county or points], view),
    }  # fmt: skip
    _show(key, traces, layout, signals.alternative(points, view.language))


def funnel(view: View, units: list[Row], limits: list[Row], low: float) -> None:
    """Rate against number of cases between the limits of chance; what lies outside is named."""
    sizes = [limit["denominator"] for limit in limits]
    outside = {"far_below": BAD, "below": BAD, "above": GOOD, "far_above": GOOD}
    traces: list[Trace] = [
        {
            "x": sizes, "y": [limit[name] for limit in limits], "mode": "lines", "fill": mode, "fillcolor": BAND,
            "line": {"color": FAINT, "width": 1, "dash": "dot" if "95" in name else "solid"}, "hoverinfo": "skip",
        }
        for names in (("low_998", "high_998"), ("low_95", "high_95"))
        for name, mode in zip(names, ("none", "tonexty"), strict=True)
    ]  # fmt: skip
    traces.append(
        {
            "x": [unit["denominator"] for unit in units],
            "y": [unit["value"] for unit in units],
            "mode": "markers+text",
            "marker": {
                "symbol": [_funnel_symbol(unit) for unit in units],
                "size": [11 if unit["place"] in ("far_below", "far_above") else 9 for unit in units],
                "color": [outside.get(unit["place"], NEUTRAL) for unit in units],
                "opacity": 1,
                "line": {"width": 1.4},
            },
            "text": [unit["division_name"] if unit["place"] in outside else "" for unit in units],
            "textposition": "top center",
            "textfont": {"size": 12},
            "customdata": [_funnel_hover(unit, view) for unit in units],
            "hovertemplate": "%{customdata}<extra></extra>",
            "cliponaxis": False,
        }
    )
    ticks = [low, (low + 1) / 2, 1]
    layout = {
        "height": 430,
        "margin": {"l": 52, "r": 40, "t": 26, "b": 44},
        "shapes": [_across("y", limits[0]["centre"], "dash")] if limits else [],
        "xaxis": {**_STILL, "rangemode": "tozero", "title": {"text": text("funnel.axis")}, "nticks": 6},
        "yaxis": {
            "range": [low, 1.012], "tickvals": ticks, "ticktext": [_tick(one, view) for one in ticks], **_STILL
        },
    }  # fmt: skip
    _show("funnel", traces, layout, text("funnel.alt"))


def figure(traces: list[Trace], layout: Trace, *, is_validated: bool = False) -> go.Figure:
    """A figure in the house's layout.

    A page of sixteen panels spends most of its time on Plotly's validation of what is always the same; the tests
    validate it instead.
    """
    traces = [{"type": "scatter", "showlegend": False} | trace for trace in traces]
    return go.Figure(traces, _merged(PLOTLY_LAYOUT, layout), _validate=is_validated)


def _merged(house: Trace, own: Trace) -> Trace:
    """`own` laid over `house`, axis by axis."""
    return house | {
        name: house[name] | value if isinstance(value, dict) and name in house else value for name, value in own.items()
    }


def _show(key: str, traces: list[Trace], layout: Trace, alternative: str) -> None:
    st.plotly_chart(figure(traces, layout), key=key, config=PLOTLY_CONFIG, alt=alternative)


def _line(points: list[Row], name: str, **line: object) -> Trace:
    return {
        "x": [point["period_start"] for point in points],
        "y": [point[name] for point in points],
        "mode": "lines",
        "line": line,
        "hoverinfo": "skip",
    }


def _across(axis: str, value: object, dash: str) -> Trace:
    """A line at `value` of `axis`, from one side of the panel to the other."""
    other = "x" if axis == "y" else "y"
    ends = {f"{axis}0": value, f"{axis}1": value, f"{other}0": 0, f"{other}1": 1, f"{other}ref": f"{other} domain"}
    return {"type": "line", f"{axis}ref": axis, **ends, "line": {"color": NEUTRAL, "width": 1, "dash": dash}}


def _limits(points: list[Row]) -> list[Trace]:
    limited = [point for point in points if point["centre"] is not None]
    bounds = [
        _line(limited, name, width=0, shape="hvh") | {"fill": fill, "fillcolor": BAND}
        for name, fill in (("lower", "none"), ("upper", "tonexty"))
    ]
    return [*bounds, _line(limited, "centre", color=FAINT, width=1, shape="hvh")]


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


def _segments(points: list[Row], is_dotted: bool) -> Trace:
    """The lines between neighbours: dotted where either of the two is provisional. A gap stands between segments."""
    xs, ys = [], []
    for one, next_one in pairwise(points):
        if (one["is_provisional"] or next_one["is_provisional"]) == is_dotted:
            xs += [one["period_start"], next_one["period_start"], None]
            ys += [one["value"], next_one["value"], None]
    line = {"color": NEUTRAL, "width": 1.6, "dash": "dot" if is_dotted else "solid"}
    return {"x": xs, "y": ys, "mode": "lines", "line": line, "hoverinfo": "skip"}


def _month_axis(months: list[dt.date], view: View) -> Trace:
    """First and last month as labels: enough to read a small panel by."""
    ends = sorted({months[0], months[-1]})
    margin = dt.timedelta(days=16)
    return {
        "range": [ends[0] - margin, ends[-1] + margin],
        "tickvals": ends,
        "ticktext": [formatting.short_month(end, view.language) for end in ends],
        "ticklabeloverflow": "allow",
        **_STILL,
    }
