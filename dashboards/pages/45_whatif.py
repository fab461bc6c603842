"""What-if, for planners: other targets, floors and weights, and the ranking that would follow. Nothing here is real."""

from __future__ import annotations

import streamlit as st

from dashboards import queries, whatif
from dashboards.components import export, frame, trial

edition, view = frame.begin()
key = (view.kind, view.start, view.parent_code)
ranking = queries.league.ranking(edition, view.language, *key)
rules = queries.hypothetical.rules(edition, view.language, view.last_day, view.parent_code)
changes = trial.asked(rules)
grades = queries.hypothetical.grades(edition, view.language)
counts = queries.hypothetical.counts(edition, view.kind, view.start, view.last_day, view.parent_code)
tried = whatif.standings(counts, grades, changes)

trial.warning()
lead = trial.sentence(view, ranking, tried, changes)
controls = frame.lead(edition, view, lead)
result, table = st.columns([17, 11], gap="small")
with result:
    trial.changed(view, rules, changes)
    trial.ranking_table(view, ranking, tried, {one["grade"]: one["grade_name"] for one in grades})
with table:
    trial.editor(view, rules, changes)
both = [trial.beside(row, tried[row["division_code"]]) for row in ranking]
export.offer(controls, edition, view, lead, {"whatif.ranking": both}, is_hypothetical=True)
