"""Ranking, for leadership: who stands where, how sure that is, who is slow, and who improved."""

from __future__ import annotations

import streamlit as st

from dashboards import formatting, queries
from dashboards.components import export, frame, headline, heat, league, marks, progress
from dashboards.components.tables import title
from dashboards.edition import Edition
from dashboards.view import View, chosen, text


def heat_map(edition: Edition, view: View, ranking: list, cells: heat.Cells, indicators: list, sort: str) -> None:
    lost = queries.league.points_lost(edition, view.language, view.kind, view.start, view.parent_code)[:2]
    names = formatting.listing([text("quoted", name=one["indicator_name"]) for one in lost], view.language)
    title(text("heat.title", indicators=names) if lost else text("heat.title.nothing_lost"), text("heat.note"))
    heat.draw(view, ranking, cells, indicators, sort)
    st.html(marks.legend())


edition, view = frame.begin()
key = (view.kind, view.start, view.parent_code)
ranking = queries.league.ranking(edition, view.language, *key)
summary = queries.league.ranking_summary(edition, *key)
slow = queries.league.slow_progress(edition, view.language, view.last_month, view.parent_code)
provisional = len(queries.overview.provisional(edition, view.language, *key)) if view.is_provisional else 0
lead = headline.of_ranking(view, ranking, summary, slow, provisional)
controls = frame.lead(edition, view, lead)
if view.division_code and view.division_code not in {row["division_code"] for row in ranking}:
    frame.banner(text("empty.unknown_division", division=view.division_code))

sort = chosen("sort") or "rank"
results = queries.league.results(edition, *key)
cells = heat.by_cell(results)
targeted = {result["indicator_code"] for result in results if result["target_value"] is not None}
indicators = [one for one in queries.frame.indicators(edition, view.language) if one["indicator_code"] in targeted]
shown = heat.ordered(ranking, cells, sort)

title(headline.of_tiers(view, ranking), text("league.note"))
league.draw(view, shown, queries.league.points_by_domain(edition, *key), sort)
st.html(league.bar_key())
progress.slow(view, slow)
causes = queries.league.common_causes(edition, view.language, view.last_month, view.parent_code)
progress.common(view, causes)
heat_map(edition, view, shown, cells, indicators, sort)
improved = queries.league.improvement(edition, view.language, *key)
progress.improvement(view, improved, chosen("order") or "")
tables = {"export.ranking": ranking, "export.results": queries.league.named_results(edition, view.language, *key)}
export.offer(
    controls,
    edition,
    view,
    lead,
    tables | {"export.slow": slow, "export.common": causes, "export.improvement": improved},
)
