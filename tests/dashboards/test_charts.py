"""Figures skip Plotly's validation when a page draws them; here they go through it."""

from __future__ import annotations

import datetime as dt

import pytest

from dashboards.components import charts, panels
from dashboards.view import View

MONTHS = [dt.date(2026, month, 1) for month in range(1, 7)]
PERIODS = {one: {"first_month": one, "last_month": one, "is_provisional": False} for one in MONTHS}
VIEW = View("zh", "month", MONTHS[-1], None, PERIODS, "623021000000", None, None)


def point(month: dt.date, **changes: object) -> dict[str, object]:
    usual = {
        "period_start": month, "value": 0.9, "numerator": 9, "denominator": 10, "centre": 0.95, "lower": 0.9,
        "upper": 1.0, "target_value": 0.98, "rebased_on": MONTHS[1], "signal": None, "signal_kind": None,
        "is_provisional": month == MONTHS[-1], "chart": "p_prime", "cases_since_miss": None, "is_reached": False,
        "indicator_code": "data_update", "window_months": 12, "near_lower": None, "near_upper": None, "pending": 0,
        "verdict": "not_met", "is_serious": False, "ci_low": 0.6, "ci_high": 0.99, "previous_rebase": None,
    }  # fmt: skip
    return usual | changes


def unit(place: str | None) -> dict[str, object]:
    return {
        "denominator": 20, "numerator": 18, "value": 0.9, "place": place, "division_name": "流顺镇",
        "is_provisional": place is None, "shrunk_value": 0.92,
    }  # fmt: skip


SCORES = [point(month, value=93.0, target_value=None) for month in MONTHS]
POINTS = [point(month) for month in MONTHS[:-2]] + [
    point(MONTHS[-2], signal="outside", signal_kind="concern"),
    point(MONTHS[-1], centre=None, lower=None, upper=None),
]
LIMITS = [
    {"denominator": size, "centre": 0.95, "low_95": 0.8, "high_95": 1.0, "low_998": 0.7, "high_998": 1.0}
    for size in (5, 20)
]


@pytest.mark.parametrize(
    "draw",
    [
        lambda: charts.panel(VIEW, "one", POINTS, POINTS, 0.8),
        lambda: charts.panel(VIEW, "score", SCORES, [], 90, is_score=True),
        lambda: charts.funnel(VIEW, [unit("far_below"), unit("above"), unit(None)], LIMITS, 0.7),
        lambda: charts.funnel(VIEW, [], [], 0.7),
    ],
    ids=["panel", "scores", "funnel", "empty funnel"],
)  # fmt: skip
def test_what_is_drawn_is_a_valid_figure(monkeypatch, draw):
    shown = []
    monkeypatch.setattr(charts, "_show", lambda key, traces, layout, alternative: shown.append((traces, layout)))
    draw()
    ((traces, layout),) = shown
    asked = charts.figure(traces, layout).to_plotly_json()
    checked = charts.figure(traces, layout, is_validated=True).to_plotly_json()
    assert checked["layout"].keys() == {name for name, value in asked["layout"].items() if value != []}
    assert [trace.keys() for trace in checked["data"]] == [trace.keys() for trace in asked["data"]]


def test_a_month_far_below_all_others_lies_on_the_edge_with_its_value(monkeypatch):
    shown = []
    monkeypatch.setattr(charts, "_show", lambda key, traces, layout, alternative: shown.append((traces, layout)))
    month = [point(one, value=0.97) for one in MONTHS]
    others = [[point(one, value=0.96 + place / 1000) for one in MONTHS] for place in range(15)]
    month[2] = point(MONTHS[2], value=0.5, numerator=5)
    low = panels.low_end([month, *others], is_whole=False)
    assert low == 0.94 and panels.low_end([month, *others]) == 0.48
    charts.panel(VIEW, "one", month, month, low)
    marks = shown[0][0][-1]
    assert marks["y"][2] == low and marks["text"][2] == "↓ 50.0%"
    assert [text for text in marks["text"] if text] == [marks["text"][2]]
    assert "50.0%" in marks["customdata"][2]


@pytest.mark.parametrize("values", [[0.9] * 3 + [0.2], [0.3, 0.97] * 10, [0.5] * 4 + [0.97] * 20], ids=str)
def test_what_is_neither_few_nor_far_is_on_the_axis(values):
    assert panels.low_end([[point(MONTHS[0], value=value) for value in values]], is_whole=False) < min(values)


def test_validation_would_notice(monkeypatch):
    with pytest.raises(ValueError, match="tickvalz"):
        charts.figure([], {"xaxis": {"tickvalz": []}}, is_validated=True)
