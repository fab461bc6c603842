"""This month, for leadership: who leads and trails, what really moved, what needs a decision, the county by field."""

from __future__ import annotations

import streamlit as st

from dashboards import queries
from dashboards.components import bulletin, charts, export, frame, headline, overview, panels
from dashboards.components.tables import title
from dashboards.edition import Edition
from dashboards.view import View, text


def own_trend(edition: Edition, view: View, whole: dict) -> None:
    """The county's own score over the months, with its chart's limits."""
    parent = queries.overview.own_parent(edition, view.parent_code)
    points = queries.trends.trend(edition, queries.trends.SCORE, (view.parent_code,), parent)
    if points:
        title(overview.trend_finding(view, whole["division_name"], points), text("card.history.note"))
        charts.panel(view, "county", points, [], panels.low_end([points], is_score=True), height=230, is_score=True)


edition, view = frame.begin()
key = (view.kind, view.start, view.parent_code)
ranking = queries.league.ranking(edition, view.language, *key)
summary = queries.league.ranking_summary(edition, *key)
listed = queries.league.slow_progress(edition, view.language, view.last_month, view.parent_code)
provisional = queries.overview.provisional(edition, view.language, *key)
indicators = queries.overview.indicators(edition, view.language, *key)
slow = queries.overview.slow_divisions(edition, view.language, view.last_month, view.parent_code)
causes = queries.league.common_causes(edition, view.language, view.last_month, view.parent_code)
whole = queries.frame.division(edition, view.language, view.parent_code)

lead = headline.of_ranking(view, ranking, summary, listed, len(provisional))
controls = frame.lead(edition, view, lead)
bulletin.offer(controls, edition, view)
with st.grid(3, min_column_width=330, gap="medium"):
    with st.container(gap="small"):
        overview.ends(view, ranking)
    with st.container(gap="small"):
        overview.moves(view, ranking)
    with st.container(gap="small"):
        vetoes = queries.overview.vetoes(edition, view.language, *key)
        total = queries.open_list.totals(edition, view.parent_code, None)
        overview.matters(view, vetoes, slow, causes, provisional, total, ranking)
overview.domains(view, indicators)
months = queries.overview.months(edition, view.first_month, view.last_month, view.parent_code, view.parent_code)
overview.months(view, months, "month")
own_trend(edition, view, whole)
tables = {"export.ranking": ranking, "export.indicators": indicators, "export.slow": slow, "export.common": causes}
export.offer(controls, edition, view, lead, tables)
