"""What-if, for planners: other targets, floors and weights, and the ranking that would follow. Nothing here is real."""

from __future__ import annotations

import streamlit as st

from dashboards import queries
from dashboards.components import export, frame
from dashboards.whatif import editor, recompute
from dashboards.whatif import queries as whatif_queries

edition, view = frame.begin()
key = (view.kind, view.start, view.parent_code)
ranking = queries.league.ranking(edition, view.language, *key)
rules = whatif_queries.rules(edition, view.language, *key)
changes = editor.asked(rules)
grades = whatif_queries.grades(edition, view.language)
counts = whatif_queries.counts(edition, *key)
tried = recompute.standings(counts, grades, changes)

editor.warning()
lead = editor.sentence(view, ranking, tried, changes)
controls = frame.lead(edition, view, lead)
result, table = st.columns([17, 11], gap="small")
with result:
    editor.changed(view, rules, changes)
    editor.ranking_table(view, ranking, tried, {one["grade"]: one["grade_name"] for one in grades})
with table:
    editor.editor(view, rules, changes)
both = [editor.beside(row, tried[row["division_code"]]) for row in ranking]
export.offer(controls, edition, view, lead, {"whatif.ranking": both}, is_hypothetical=True)
