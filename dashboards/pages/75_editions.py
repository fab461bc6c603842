"""Editions, for all: which one this is, what was published otherwise before and why, what changed in the rules and who
accepted it, which months are closed."""

from __future__ import annotations

from dashboards import queries
from dashboards.components import choices, export, frame, restated
from dashboards.view import chosen

edition, view = frame.begin()
current = queries.frame.edition(edition)
known = queries.editions.known(edition)
others = {one["edition_id"]: one for one in known if one["path"] != edition.path}
earlier = [one for one in others if one < current["edition_id"]]
against = chosen("against") if chosen("against") in others else next(iter(earlier or others), None)
found = None
if against:
    is_whole = edition.rights.division_code is None
    found = queries.editions.differences(others[against]["path"], edition.path, is_whole)
months = queries.editions.months(edition, view.parent_code)

lead = restated.sentence(view, current, months, found, has_other=bool(against))
controls = frame.lead(edition, view, lead)
if against:
    with controls:
        labels = {code: restated.label(one, view.language) for code, one in others.items()}
        choices.one_of("against", labels, against, width=300)
if found:
    restated.reasons(view, found)
    restated.listed(view, found)
restated.rule_changes(view, next(one for one in known if one["path"] == edition.path).get("rules", {}))
restated.months_table(view, months, found)
restated.editions_table(view, known, current["edition_id"])
listed = found["listed"] if found else []
export.offer(controls, edition, view, lead, {"editions.listed": listed, "export.months": months})
