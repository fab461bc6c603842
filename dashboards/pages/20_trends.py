"""Trends, for planners: one indicator in all townships, or one township in all indicators, over the months."""

from __future__ import annotations

from itertools import groupby

from dashboards import queries
from dashboards.components import frame, panels
from dashboards.components.tables import title
from dashboards.edition import Edition
from dashboards.view import View, text


def one_indicator(edition: Edition, view: View, indicator: dict, divisions: dict[str, str]) -> None:
    points = queries.trend(edition, indicator["indicator_code"], (*divisions, view.parent_code))
    by_division = {code: list(run) for code, run in groupby(points, key=lambda point: point["division_code"])}
    county = by_division.pop(view.parent_code, [])
    shown = [
        panels.Panel(code, name, by_division[code], county) for code, name in divisions.items() if code in by_division
    ]
    frame.lead(edition, view, panels.sentence_of_indicator(view, indicator, shown, county))
    panels.choose_subject(edition, view, indicator, divisions)
    if not shown:
        return title(text("empty.no_trend"))
    title(panels.finding(view, indicator, shown), panels.reading(view, shown, is_shared=True))
    return panels.draw(view, shown, is_shared=True, link="division")


def one_division(edition: Edition, view: View, name: str, divisions: dict[str, str], indicator: dict) -> None:
    points = queries.division_trend(edition, (view.division_code, view.parent_code))
    key = {
        code: list(run)
        for code, run in groupby(points, key=lambda point: (point["indicator_code"], point["division_code"]))
    }
    shown = [
        panels.Panel(code, one["indicator_name"], key[code, view.division_code], key.get((code, view.parent_code), []))
        for one in queries.indicators(edition, view.language)
        if ((code := one["indicator_code"]), view.division_code) in key
    ]
    frame.lead(edition, view, panels.sentence_of_division(view, name, shown))
    panels.choose_subject(edition, view, indicator, divisions)
    title(text("trends.division.title", division=name), panels.reading(view, shown, is_shared=False))
    panels.draw(view, shown, is_shared=False, link="indicator")


edition, view = frame.begin()
ranking = queries.ranking(edition, view.language, view.kind, view.start, view.parent_code)
divisions = {row["division_code"]: row["division_name"] for row in ranking}
catalogue = queries.indicators(edition, view.language)
shown_first = next((one for one in catalogue if one["has_result"]), catalogue[0])
indicator = next((one for one in catalogue if one["indicator_code"] == view.indicator_code), shown_first)
if view.division_code in divisions:
    one_division(edition, view, divisions[view.division_code], divisions, indicator)
else:
    one_indicator(edition, view, indicator, divisions)
    if view.division_code:
        frame.banner(text("empty.unknown_division", division=view.division_code))
