"""One township: why it stands where it stands, on one screen; below, every indicator, every missed case, its trend."""

from __future__ import annotations

import streamlit as st

from dashboards import formatting, queries
from dashboards.components import (
    account,
    card,
    cases,
    charts,
    choices,
    frame,
    headline,
    marks,
    panels,
    progress,
    standing,
)
from dashboards.components.tables import title
from dashboards.edition import Edition
from dashboards.sources import source_name
from dashboards.view import View, text


def township(edition: Edition, view: View, row: dict) -> None:
    key = (view.kind, view.start, view.parent_code, view.division_code)
    indicators = queries.township.card(edition, view.language, *key)
    chosen = next((one for one in indicators if one["indicator_code"] == view.indicator_code), None)
    code = chosen["indicator_code"] if chosen else None
    months = (view.first_month, view.last_month)
    with frame.lead(edition, view, headline.of_township(view, row, standing.said(row, view.language), indicators)):
        choices.division(view, divisions)
    account.place(view, row)
    account.open_work(view, queries.open_list.totals(edition, view.parent_code, view.division_code))
    place = (view.parent_code, view.division_code)
    reasons = queries.township.missed_by_reason(edition, view.language, *place, None, *months)
    account.draw(view, row, indicators, reasons, queries.township.score_change(edition, view.language, *key))
    slow = queries.league.slow_progress(edition, view.language, view.last_month, view.parent_code)
    if mine := [entry for entry in slow if entry["division_code"] == view.division_code]:
        progress.slow(view, mine)

    title(text("card.title", division=row["division_name"]), text("card.note"))
    card.indicator_table(view, indicators)
    st.html(marks.legend())
    if chosen:
        sources = formatting.listing(
            [source_name(one, view.language) for one in chosen["sources"].split()], view.language
        )
        card.definition(view, chosen, queries.frame.edition(edition), sources)
        frame.links(all_cases=view.link(indicator=None) + "#cases")
    scope = (*place, code, *months)
    rows = queries.township.missed_cases(edition, view.language, *scope, cases.CASES_SHOWN)
    of_chosen = queries.township.missed_by_reason(edition, view.language, *scope) if code else reasons
    cases.draw(view, chosen["indicator_name"] if chosen else text("card.all"), rows, of_chosen)
    points = queries.trends.trend(edition, queries.trends.SCORE, (view.division_code,), view.parent_code)
    if points:
        title(text("card.history", division=row["division_name"]), text("card.history.note"))
        charts.panel(view, "history", points, [], panels.low_end([points], is_score=True), height=230, is_score=True)
        frame.links(trend=view.link("trends"), compare=view.link("compare", mode="divisions"))


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
