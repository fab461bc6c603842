"""Ranking, for leadership: the league table, and for a township chosen in it, its card."""

from __future__ import annotations

import streamlit as st

from dashboards import formatting, queries
from dashboards.components import card, charts, frame, league, marks
from dashboards.components.tables import title
from dashboards.edition import Edition
from dashboards.view import View, chosen, text


def sentence(edition: Edition, view: View, ranking: list) -> str:
    language, key = view.language, (view.kind, view.start, view.parent_code)
    summary = queries.ranking_summary(edition, *key)
    ranked = [row for row in ranking if row["is_assessed"]]
    if not ranked:
        return text("ranking.sentence.nobody", period=view.period)
    parts = [text("ranking.sentence.mean", period=view.period, count=summary["assessed"],
                  score=formatting.score(summary["mean_score"], language))]  # fmt: skip
    for name, row in (("first", ranked[0]), ("last", ranked[-1])):
        score = formatting.score(row["score"], language)
        parts.append(text(f"ranking.sentence.{name}", division=row["division_name"], score=score))
    vetoed = [row["division_name"] for row in ranked if row["is_vetoed"]]
    if vetoed:
        parts.append(text("ranking.sentence.vetoed", divisions=formatting.listing(vetoed, language)))
    if view.is_provisional:
        parts.append(text("sentence.provisional", count=queries.provisional_count(edition, *key)))
    return formatting.clauses(parts, language)


def league_table(edition: Edition, view: View, ranking: list) -> None:
    key = (view.kind, view.start, view.parent_code)
    results = queries.results(edition, *key)
    targeted = {result["indicator_code"] for result in results if result["target_value"] is not None}
    indicators = [one for one in queries.indicators(edition, view.language) if one["indicator_code"] in targeted]
    lost = queries.points_lost(edition, view.language, *key)[:2]
    names = formatting.listing([text("quoted", name=one["indicator_name"]) for one in lost], view.language)
    title(text("league.title", indicators=names) if lost else text("league.title.nothing_lost"), text("league.note"))
    league.draw(
        view, ranking, queries.contributions_by_domain(edition, *key), results, indicators, chosen("sort") or "rank"
    )
    st.html(marks.legend() + league.bar_key())


def township(edition: Edition, view: View, row: dict) -> None:
    indicators = queries.card(edition, view.language, view.kind, view.start, view.parent_code, view.division_code)
    frame.lead(edition, view, card.sentence(view, row, indicators))
    frame.links(back=view.link(division=None, indicator=None), all_cases=view.link(indicator=None))
    title(text("card.title", division=row["division_name"]), text("card.note"))
    card.indicator_table(view, indicators)
    st.html(marks.legend())
    for one in indicators:
        if one["indicator_code"] == view.indicator_code:
            card.definition(view, one)
    card.cases(edition, view, indicators)
    history = queries.score_history(edition, view.parent_code, view.division_code)
    if history:
        title(text("card.history", division=row["division_name"]), text("card.history.note"))
        charts.score_history(view, "history", history)


edition, view = frame.begin()
ranking = queries.ranking(edition, view.language, view.kind, view.start, view.parent_code)
row = next((one for one in ranking if one["division_code"] == view.division_code), None)
if row:
    township(edition, view, row)
else:
    frame.lead(edition, view, sentence(edition, view, ranking))
    if view.division_code:
        frame.banner(text("empty.unknown_division", division=view.division_code))
    league_table(edition, view, ranking)
