"""Plotly figures: small multiples over months, a score over months, bars by reason. Titles stand above, in HTML."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import plotly.graph_objects as go
import streamlit as st

from dashboards import formatting
from dashboards.components import marks
from dashboards.edition import Row
from dashboards.theme import BAD, FAINT, GOOD, NEUTRAL, PLOTLY_CONFIG, PLOTLY_LAYOUT
from dashboards.view import View, text

_HOLLOW = {"not_met": "triangle-up-open"}
_COLOURS = {"met": GOOD, "reached": GOOD, "not_met": BAD, "serious": BAD, "short": BAD}


def panel(view: View, key: str, points: list[Row], county: list[Row], low: float, alt: str) -> None:
    """One small multiple over months: the target dashed, the county grey behind; provisional months hollow."""
    figure = go.Figure(layout=PLOTLY_LAYOUT)
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
    closed = [point for point in points if not point["is_provisional"]]
    provisional = [point for point in points if point["is_provisional"]]
    for is_dotted, dash in ((False, "solid"), (True, "dot")):
        figure.add_scatter(
            **_segments(points, is_dotted),
            mode="lines",
            line={"color": NEUTRAL, "width": 1.5, "dash": dash},
            hoverinfo="skip",
        )
    hover = {"hovertemplate": "%{customdata}<extra></extra>", "cliponaxis": False}
    figure.add_scatter(
        **_coordinates(closed, view),
        mode="text",
        text=[marks.glyph(point) for point in closed],
        textfont={"size": 13 if len(points) <= 12 else 11, "color": _colours(closed)},
        **hover,
    )
    figure.add_scatter(
        **_coordinates(provisional, view),
        mode="markers",
        marker={
            "symbol": [_HOLLOW.get(marks.state(point), "circle-open") for point in provisional],
            "color": _colours(provisional),
            "size": 9 if len(points) <= 12 else 7,
            "line": {"width": 1.5},
        },
        **hover,
    )
    figure.update_layout(height=130, margin={"l": 44, "r": 18, "t": 6, "b": 22})
    figure.update_yaxes(
        range=[low, 1.015], tickvals=[low, 1], ticktext=[_tick(low, view), _tick(1, view)], showgrid=False
    )
    figure.update_yaxes(fixedrange=True, zeroline=False)
    _month_axis(figure, [point["period_start"] for point in county or points], view)
    st.plotly_chart(figure, key=key, config=PLOTLY_CONFIG, alt=alt)


def score_history(view: View, key: str, points: list[Row]) -> None:
    """A division's score by month, its rank beside each point."""
    figure = go.Figure(layout=PLOTLY_LAYOUT)
    figure.add_scatter(
        x=[point["period_start"] for point in points],
        y=[point["score"] for point in points],
        mode="lines+markers+text",
        line={"color": NEUTRAL, "width": 1.5},
        marker={
            "symbol": ["circle-open" if point["is_provisional"] else "circle" for point in points],
            "size": 8,
            "color": GOOD,
        },
        text=[formatting.count(point["rank"], view.language) for point in points],
        textposition="top center",
        customdata=[
            text("card.history.hover", month=formatting.month(point["period_start"], view.language),
                 score=formatting.score(point["score"], view.language), rank=point["rank"])
            for point in points
        ],
        hovertemplate="%{customdata}<extra></extra>",
        cliponaxis=False,
    )  # fmt: skip
    figure.update_layout(height=210, margin={"l": 36, "r": 12, "t": 24, "b": 24})
    figure.update_yaxes(fixedrange=True, zeroline=False, nticks=4, gridcolor="rgba(138,143,152,0.2)")
    _month_axis(figure, [point["period_start"] for point in points], view)
    st.plotly_chart(figure, key=key, config=PLOTLY_CONFIG, alt=text("card.history.alt"))


def bars(view: View, key: str, labels: list[str], numbers: list[int], colours: list[str], alt: str) -> None:
    """Horizontal bars from zero with their number at the end, the first on top."""
    figure = go.Figure(layout=PLOTLY_LAYOUT)
    figure.add_bar(
        x=numbers,
        y=[f"{position}" for position in range(len(labels))],
        orientation="h",
        marker={"color": colours},
        text=[
            f"{label}  {formatting.count(number, view.language)}" for label, number in zip(labels, numbers, strict=True)
        ],
        textposition="none",
        hovertemplate="%{text}<extra></extra>",
        width=0.42,
        offset=0.0,
    )
    for position, (label, number) in enumerate(zip(labels, numbers, strict=True)):
        figure.add_annotation(
            x=0, y=position, text=f"{label}  <b>{formatting.count(number, view.language)}</b>",
            xanchor="left", yanchor="bottom", yshift=3, showarrow=False, align="left",
        )  # fmt: skip
    figure.update_layout(height=16 + 46 * len(labels), bargap=0.5)
    figure.update_xaxes(visible=False, rangemode="tozero", fixedrange=True)
    figure.update_yaxes(visible=False, autorange="reversed", fixedrange=True)
    st.plotly_chart(figure, key=key, config=PLOTLY_CONFIG, alt=alt)


def _coordinates(points: list[Row], view: View) -> dict:
    return {
        "x": [point["period_start"] for point in points],
        "y": [point["value"] for point in points],
        "customdata": [
            f"{formatting.month(point['period_start'], view.language)}<br>"
            + marks.explanation(point, view.language).replace("\n", "<br>")
            for point in points
        ],
    }


def _colours(points: list[Row]) -> list[str]:
    return [_COLOURS.get(marks.colour(point), NEUTRAL) for point in points]


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
        showgrid=False,
        zeroline=False,
        fixedrange=True,
    )
