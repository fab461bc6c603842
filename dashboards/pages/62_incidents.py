"""Triage: the open troubles and who has them, the townships' lists out and back, and the rows that are waived."""

from __future__ import annotations

from dashboards import queries
from dashboards.components import choices, frame, lists, narrowing, notices, triage, waivers, workbench_session
from dashboards.edition import Edition
from dashboards.view import View, chosen, text
from orchestration.workbench import Workbench, WorkbenchError
from orchestration.workbench.records import Incident

DESKS = ("incidents", "lists", "waivers")


def incidents(edition: Edition, view: View, workbench: Workbench, places: dict[str, str]) -> None:
    narrowed = narrowing.read(edition, view)
    found = [
        one
        for one in workbench.incidents(division_code=narrowed.division_code, rule_id=narrowed.rule_id)
        if one.division_code is None or one.division_code in reached(edition, places)
    ]
    lead(edition, view, places, triage.sentence(view, found), "incidents")
    narrowing.draw(edition, view, narrowed)
    rules = queries.rules.texts(edition, view.language)
    if one := opened(workbench, reached(edition, places)):
        triage.account(view, workbench, one, rules, places)
    triage.listing(view, found, rules, places)
    notices.draw(view)


def reached(edition: Edition, places: dict[str, str]) -> set[str]:
    """The townships whose failures this reader may handle."""
    own = edition.rights.division_code
    return {code for code in places if own in (None, view.parent_code, code)}


def opened(workbench: Workbench, reach: set[str]) -> Incident | None:
    asked = chosen("incident") or ""
    try:
        one = workbench.incident(int(asked)) if asked.isdigit() and len(asked) < 10 else None
        return one if one and (one.division_code is None or one.division_code in reach) else None
    except WorkbenchError as error:
        frame.banner(workbench_session.said(error))
        return None


def lead(edition: Edition, view: View, places: dict[str, str], sentence: str, way: str) -> None:
    with frame.lead(edition, view, sentence):
        choices.division(view, places, with_all=True)
    choices.way("desk", DESKS, way)


edition, view = frame.begin()
children = queries.frame.children(edition, view.language, view.parent_code)
places = {one["division_code"]: one["division_name"] for one in children}
way = asked if (asked := chosen("desk")) in DESKS else DESKS[0]
workbench = workbench_session.workbench()
if workbench is None:
    lead(edition, view, places, text("empty.no_workbench"), way)
    frame.state("empty.no_workbench", "empty.no_workbench.do")
elif way == "incidents":
    incidents(edition, view, workbench, places)
else:
    narrowed = narrowing.read(edition, view)
    lead(edition, view, places, text(f"{way}.sentence"), way)
    narrowing.draw(edition, view, narrowed)
    (lists if way == "lists" else waivers).listing(edition, view, workbench, narrowed)
