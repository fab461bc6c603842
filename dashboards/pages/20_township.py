"""One township: why it stands where it stands, on one screen; below, every indicator, every missed case, its trend."""

from __future__ import annotations

import streamlit as st

from dashboards import queries
from dashboards.components import (
    account,
    card,
    cases,
    charts,
    choices,
    export,
    frame,
    headline,
    marks,
    overview,
    panels,
    peer_strip_plot,
    progress,
    standing,
    steps,
    villages,
)
from dashboards.components.tables import title
from dashboards.edition import Edition
from dashboards.view import View, known, text
from dashboards.view import chosen as asked


def township(edition: Edition, view: View, row: dict) -> None:
    key = (view.kind, view.start, view.parent_code, row["division_code"])
    indicators = queries.township.card(edition, view.language, *key)
    chosen = next((one for one in indicators if one["indicator_code"] == view.indicator_code), None)
    code = chosen["indicator_code"] if chosen else None
    months = (view.first_month, view.last_month)
    lead = headline.of_township(view, row, standing.said(row, view.language), indicators)
    with (controls := frame.lead(edition, view, lead)):
        choices.division(view, divisions)
    account.place(view, row)
    account.open_work(view, queries.open_list.totals(edition, view.parent_code, row["division_code"]))
    ahead = steps.draw(edition, view, row["division_code"], indicators)
    place = (view.parent_code, row["division_code"])
    reasons = queries.township.missed_by_reason(edition, view.language, *place, None, *months)
    account.draw(view, row, reasons, queries.township.score_change(edition, view.language, *key))
    progress.of_township(edition, view)
    overview.months(view, queries.overview.months(edition, *months, row["division_code"], view.parent_code), "township")
    peer_chart(edition, view, row, indicators)
    title(text("card.title", division=row["division_name"]), text("card.note"))
    card.indicator_table(view, indicators)
    st.html(marks.legend())
    if chosen:
        card.definition(view, chosen, queries.frame.edition(edition))
        frame.links(all_cases=view.link(indicator=None) + "#cases")
    below = queries.peers.villages(edition, view.language, *key[:2], row["division_code"], code) if code else []
    has_cases = not edition.rights.threshold
    village = next(
        (one["division_code"] for one in below if has_cases and one["division_code"] == asked("village")), None
    )
    if chosen:
        villages.draw(view, chosen["indicator_name"], below, village, has_cases=has_cases)
    scope = (*place, code, *months)
    rows = queries.township.missed_cases(edition, view.language, *scope, village, cases.CASES_SHOWN)
    of_chosen = queries.township.missed_by_reason(edition, view.language, *scope, village) if code else reasons
    cases.draw(view, chosen["indicator_name"] if chosen else text("card.all"), rows, of_chosen)
    points = queries.trends.trend(edition, queries.trends.SCORE, (row["division_code"],), view.parent_code)
    if points:
        title(text("card.history", division=row["division_name"]), text("card.history.note"))
        charts.panel(view, "history", points, [], panels.low_end([points], is_score=True), height=230, is_score=True)
        frame.links(trend=view.link("trends"), compare=view.link("compare", mode="divisions"))
    tables = {"export.indicators": indicators, "export.steps": ahead, "export.villages": below}
    export.offer(controls, edition, view, lead, tables | {"export.cases": rows, "export.points": points})


def peer_chart(edition: Edition, view: View, row: dict, indicators: list) -> None:
    """Every indicator of the township against its target and its peers."""
    by = known(asked("peers"), peer_strip_plot.GROUPS, peer_strip_plot.GROUPS[0])
    place = (view.parent_code, row["division_code"])
    peers = queries.peers.group(edition, view.language, by, view.last_month, *place)
    codes = tuple(one["division_code"] for one in peers)
    scope = (view.kind, view.start, view.parent_code, codes, row["division_code"])
    rows = queries.peers.spread(edition, view.language, *scope)
    peer_strip_plot.draw(
        view, rows, {one["indicator_code"]: one for one in indicators}, peers, by, row["division_name"]
    )


edition, view = frame.begin()
ranking = queries.league.ranking(edition, view.language, view.kind, view.start, view.parent_code)
divisions = {row["division_code"]: row["division_name"] for row in ranking}
row = next((one for one in ranking if one["division_code"] == view.division_code), None)
if row:
    township(edition, view, row)
else:
    with frame.lead(edition, view, text("township.choose", period=view.period)):
        choices.division(view, divisions)
    if view.division_code:
        frame.banner(text("empty.unknown_division", division=view.division_code))
    choices.divisions_in_order(view, ranking)
