"""Trends, for planners: one indicator in all townships, or one township in all indicators, over the months."""

from __future__ import annotations

from dashboards import queries
from dashboards.components import choices, export, frame, outlook, panels, signals
from dashboards.components.panels import Panel
from dashboards.components.tables import title
from dashboards.edition import Edition
from dashboards.queries.trends import SCORE
from dashboards.view import View, known, text


def choose(view: View, code: str, divisions: dict[str, str], names: dict[str, str]) -> None:
    choices.division(view, divisions, with_all=True)
    if view.division_code not in divisions:
        choices.one_of("indicator", {SCORE: text("indicator.score")} | names, code, width=300)


def begin(edition: Edition, view: View, lead: str, shown: list[Panel], choice: tuple) -> None:
    """The sentence, what to look at, and the points of every panel to take away."""
    controls = frame.lead(edition, view, lead)
    with controls:
        choose(view, *choice)
    points = [{"division_name" if panel.code in choice[1] else "indicator_name": panel.name} | point
              for panel in shown for point in panel.points]  # fmt: skip
    export.offer(controls, edition, view, lead, {"export.points": points})


def draw(edition: Edition, view: View, shown: list[Panel], scope: tuple, *, by: str) -> None:
    """Signals in words, the panels, the outlook. `by`: what differs from panel to panel."""
    if not shown:
        title(text("empty.no_trend"))
        return
    name = f"{by}_name"
    rows = queries.trends.signals(edition, view.language, *scope)
    signals.heading(view, rows, queries.trends.false_alarms(edition, *scope), name)
    signals.table(view, rows, names=name)
    is_shared = by == "division"
    rebases = queries.trends.rebases(edition, scope[0])
    title(text(f"trends.title.by_{by}"), panels.reading(view, shown, rebases, is_shared=is_shared))
    panels.draw(view, shown, is_shared=is_shared)
    if scope[0] != SCORE:
        rows = queries.trends.outlooks(edition, view.language, *scope[:2], max(view.periods))
        outlook.draw(view, rows, [panel.code for panel in shown], by=by)


def one_indicator(edition: Edition, view: View, code: str, divisions: dict[str, str], catalogue: list[dict]) -> None:
    points = panels.grouped(
        queries.trends.trend(edition, code, (*divisions, view.parent_code), view.parent_code), "division_code"
    )
    county = points.pop(view.parent_code, [])
    shown = [
        Panel(one, name, points[one], county, view.link(division=one))
        for one, name in divisions.items()
        if one in points
    ]
    scope = (code, tuple(divisions), view.parent_code)
    if code == SCORE:
        lead = panels.sentence_of_scores(view, shown, queries.trends.signals(edition, view.language, *scope))
    else:
        indicator = next(one for one in catalogue if one["indicator_code"] == code)
        lead = panels.sentence_of_indicator(view, indicator, shown, county)
    names = {one["indicator_code"]: one["indicator_name"] for one in catalogue}
    begin(edition, view, lead, shown, (code, divisions, names))
    draw(edition, view, shown, scope, by="division")


def one_division(
    edition: Edition, view: View, place: str, code: str, divisions: dict[str, str], catalogue: list[dict]
) -> None:
    own = panels.grouped(queries.trends.trend(edition, None, (place,), view.parent_code), "indicator_code")
    county = panels.grouped(queries.trends.trend(edition, None, (view.parent_code,), ""), "indicator_code")
    names = {SCORE: text("indicator.score")} | {one["indicator_code"]: one["indicator_name"] for one in catalogue}
    shown = [
        Panel(one, name, own[one], county.get(one, []), view.link("township", indicator=one) + "#cases")
        for one, name in names.items()
        if one in own
    ]
    lead = panels.sentence_of_division(view, divisions[place], shown)
    begin(edition, view, lead, shown, (code, divisions, names))
    draw(edition, view, shown, (None, (place,), view.parent_code), by="indicator")


edition, view = frame.begin()
ranking = queries.league.ranking(edition, view.language, view.kind, view.start, view.parent_code)
divisions = {row["division_code"]: row["division_name"] for row in ranking}
catalogue = queries.frame.indicators(edition, view.language)
first = next((one["indicator_code"] for one in catalogue if one["has_result"]), catalogue[0]["indicator_code"])
code = known(view.indicator_code, {SCORE, *(one["indicator_code"] for one in catalogue)}, first)
place = known(view.division_code, divisions, None)
if view.division_code and place is None:
    frame.banner(text("empty.unknown_division", division=view.division_code))
if place is None:
    one_indicator(edition, view, code, divisions, catalogue)
else:
    one_division(edition, view, place, code, divisions, catalogue)
