"""Quality, a clerk's morning: what is new, what it may do to results, whose it is, and row by row where it stands."""

from __future__ import annotations

from streamlit.delta_generator import DeltaGenerator

from dashboards import queries
from dashboards.components import (
    choices,
    export,
    failures,
    frame,
    impact,
    narrowing,
    paging,
    quality_overview,
    waivers,
    workbench_session,
)
from dashboards.edition import Edition
from dashboards.queries.ledger import Narrowed
from dashboards.view import View, chosen, text


def page(edition: Edition, view: View, narrowed: Narrowed) -> None:
    language = view.language
    counted = queries.ledger.counted(edition, language, narrowed)
    counts = counted["all"][0] | queries.ledger.days(edition)
    months = (view.first_month, view.last_month)
    impacts = queries.impact.impacts(edition, language, *months, narrowed, impact.SHOWN)
    owed = queries.deliveries.missing(edition, language, view.parent_code, narrowed.division_code)
    tipping = impacts[0]["crossing_count"] if impacts else 0
    sentence = quality_overview.sentence(view, counts, counted["rule"], tipping, len(owed))
    controls = frame_of_page(edition, view, sentence)
    narrowing.draw(edition, view, narrowed)
    handled = {"incidents": view.link("incidents", desk=None), "lists": view.link("incidents", desk="lists")}
    frame.links(
        **(handled if edition.rights.may_open("incidents") else {}),
        rules=view.link("rules"),
        deliveries=view.link("data") + "#deliveries",
    )
    quality_overview.changes(view, counted["change"], counts)
    impact.draw(view, impacts)
    by = asked if (asked := chosen("by")) in quality_overview.BY else quality_overview.BY[0]
    repairs = queries.ledger.repair(edition, language, view.parent_code)
    mending = {one["division_code"]: one for one in repairs}
    quality_overview.breakdown(view, by, counted[by], mending, is_first_day=counts["today"] == counts["first_day"])
    months_run = queries.ledger.by_month(edition, narrowed)
    quality_overview.trend(view, months_run, queries.ledger.by_day(edition, narrowed, quality_overview.DAYS_SHOWN))

    state = failures.asked()
    count, size = counts[state], failures.ROWS_ON_A_PAGE
    rows = queries.failing.rows(edition, language, narrowed, state, size, paging.offset(count, size))
    ticked = failures.draw(view, state, count, rows)
    if state in failures.FAILING and workbench_session.is_open():
        waivers.offer(edition, view, ticked)
    export.offer(controls, edition, view, sentence, {"export.rules": counted["rule"], "export.rows": rows})


def frame_of_page(edition: Edition, view: View, sentence: str) -> DeltaGenerator:
    controls = frame.lead(edition, view, sentence)
    with controls:
        children = queries.frame.children(edition, view.language, view.parent_code)
        names = {one["division_code"]: one["division_name"] for one in children}
        choices.division(view, names, with_all=True)
    return controls


edition, view = frame.begin()
if queries.ledger.was_checked(edition):
    page(edition, view, narrowing.read(edition, view))
else:
    frame_of_page(edition, view, text("empty.no_quality"))
    frame.state("empty.no_quality", "empty.no_quality.do")
