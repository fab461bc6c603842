"""Open cases, for leadership and townships: what is late, and what will be late unless somebody acts."""

from __future__ import annotations

from dashboards import queries
from dashboards.components import choices, export, frame, worklist
from dashboards.view import chosen, known, text

edition, view = frame.begin()
townships = queries.open_list.by_township(edition, view.language, view.parent_code)
ranking = queries.league.ranking(edition, view.language, view.kind, view.start, view.parent_code)
divisions = {row["division_code"]: row["division_name"] for row in ranking}
code = known(view.division_code, divisions, None)
urgency = known(chosen("urgency"), worklist.URGENCIES, None)

total = queries.open_list.totals(edition, view.parent_code, code)
whole = queries.frame.division(edition, view.language, code or view.parent_code)["division_name"]
lead = worklist.sentence(view, total, [] if code else townships, whole)
controls = frame.lead(edition, view, lead)
with controls:
    choices.division(view, divisions, with_all=True)
if view.division_code and not code:
    frame.banner(text("empty.unknown_division", division=view.division_code))
worklist.townships(view, townships)
if total["cases"]:
    worklist.indicators(view, queries.open_list.by_indicator(edition, view.language, view.parent_code, code))
    every = {choices.ALL: text("urgency.all")} | {one: text(f"urgency.{one}") for one in worklist.URGENCIES}
    choices.one_of("urgency", every, urgency)
    scope = (view.parent_code, code, urgency, worklist.CASES_SHOWN)
    rows = queries.open_list.cases(edition, view.language, *scope)
    worklist.cases(view, rows)
    export.offer(controls, edition, view, lead, {"export.open": rows, "export.townships": townships})
