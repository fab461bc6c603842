"""Incidents: the open troubles of a rule and a township, who has them, what was done when, and what to do next."""

from __future__ import annotations

import streamlit as st

from dashboards import formatting
from dashboards.components import choices, paging, workbench_session
from dashboards.components.narrowing import home_name
from dashboards.components.tables import Cell, html_table, title
from dashboards.markup import macros
from dashboards.view import View, chosen, counted, text
from orchestration.workbench import REASONS, STATUSES, Incident, Workbench, workbench_text

_HTML = macros("triage")
SHOWN = 50
OPEN = "open"
ACTIONS = {"new": ("acknowledge", "assign", "resolve", "comment"), "acknowledged": ("assign", "resolve", "comment"),
           "assigned": ("assign", "resolve", "comment"), "resolved": ("comment",)}  # fmt: skip
FORM = "triage"
# What a rule is called, by its key.
Rules = dict[tuple[str, str], str]


def sentence(view: View, incidents: list[Incident]) -> str:
    """How many are open, how many nobody has looked at or has, since when the oldest is."""
    still = [one for one in incidents if one.is_open]
    if not still:
        return formatting.clauses([text("triage.sentence.none")], view.language)
    parts = [counted("triage.sentence.open", len(still))]
    if fresh := [one for one in still if one.status == "new"]:
        parts.append(counted("triage.sentence.new", len(fresh)))
    if unassigned := [one for one in still if not one.assignee]:
        parts.append(counted("triage.sentence.unassigned", len(unassigned)))
    oldest = min(one.opened_on for one in still)
    parts.append(text("triage.sentence.oldest", day=formatting.date(oldest, view.language)))
    return formatting.clauses(parts, view.language)


def asked() -> str:
    status = chosen("status")
    return status if status in STATUSES else OPEN


def listing(view: View, incidents: list[Incident], rules: Rules, places: dict[str, str]) -> None:
    """Those of the status and the assignee asked for, newest first; each opens its own account."""
    status, whose = asked(), chosen("whose") or ""
    names = sorted({one.assignee for one in incidents if one.assignee})
    found = [
        one
        for one in incidents
        if (one.is_open if status == OPEN else one.status == status) and whose in ("", one.assignee)
    ]
    title(counted("triage.title", len(found)) if found else text("triage.none"), text("triage.note"))
    with st.container(horizontal=True, vertical_alignment="center"):
        choices.way("status", (OPEN, *STATUSES), status)
        if names:
            options = {choices.ALL: text("control.whose.all")} | {name: name for name in names}
            choices.one_of("whose", options, whose)
    found.sort(key=lambda one: (one.opened_on, one.rows), reverse=True)
    first = paging.offset(len(found), SHOWN)
    labels = ("incident", "source", "division", "status", "assignee", "rows", "opened", "seen")
    styles = {"incident": "sticky", "source": "wide", "rows": "number", "seen": "wide"}
    html_table(
        [Cell(text(f"triage.{label}"), styles.get(label, "")) for label in labels],
        [
            ("chosen" if str(one.id) == chosen("incident") else "", _row(view, one, rules, places))
            for one in found[first : first + SHOWN]
        ],
    )
    paging.turn(len(found), SHOWN)


def _row(view: View, one: Incident, rules: Rules, places: dict[str, str]) -> list[Cell]:
    language = view.language
    other = None if str(one.id) == chosen("incident") else str(one.id)
    return [
        Cell(
            rules.get((one.rule_id, one.source), one.rule_id),
            "sticky fold",
            text("triage.open"),
            view.link(incident=other),
        ),
        Cell(home_name(one.source, language), "fold small wide"),
        Cell(places.get(one.division_code or "", text("ledger.no_township"))),
        Cell(workbench_text("status", one.status, language), "" if one.is_open else "small"),
        Cell(one.assignee or formatting.ABSENT),
        Cell(formatting.count(one.rows, language), "number"),
        Cell(formatting.date(one.opened_on, language), "small"),
        Cell(formatting.date(one.last_seen_on, language), "small wide"),
    ]


def account(view: View, workbench: Workbench, one: Incident, rules: Rules, places: dict[str, str]) -> None:
    """One incident: what it is, what was done, and the form for what to do next."""
    language = view.language
    rule = rules.get((one.rule_id, one.source), one.rule_id)
    place = places.get(one.division_code or "", text("ledger.no_township"))
    with st.container(border=True, key="account"):
        title(
            text("triage.account", rule=rule, division=place),
            text(
                "triage.account.note",
                status=workbench_text("status", one.status, language),
                assignee=one.assignee or text("triage.nobody"),
                rows=formatting.count(one.rows, language),
                opened=formatting.date(one.opened_on, language),
                runs=formatting.count(one.runs_failing, language),
            ),
        )
        where = {"rule": one.rule_id, "source": one.source, "division": one.division_code}
        rows = view.link("quality", rows=None, leaf=None, dimension=None, **where) + "#rows"
        links = [(rows, text("triage.rows_link")), (view.link(incident=None), text("triage.close"))]
        if one.previous_id:
            links.insert(1, (view.link(incident=str(one.previous_id)), text("triage.previous")))
        st.html(_HTML.history(links, [workbench_session.event_line(event) for event in one.history]))
        workbench_session.outcome()
        _form(one)


def _form(one: Incident) -> None:
    actions = ACTIONS[one.status]
    action = st.segmented_control(
        text("triage.what"),
        actions,
        format_func=lambda code: text(f"triage.do.{code}"),
        default=actions[0],
        key=f"{FORM}.action.{one.id}.{one.status}",
        required=True,
        label_visibility="collapsed",
    )
    with st.form(key=f"{FORM}.form", border=False):
        with st.container(horizontal=True):
            workbench_session.ask_actor(f"{FORM}.actor")
            if action == "assign":
                st.text_input(text("triage.assignee"), key=f"{FORM}.assignee", max_chars=60)
            if action != "comment":
                workbench_session.pick("reason", REASONS, f"{FORM}.reason")
        workbench_session.ask_comment(f"{FORM}.comment")
        st.form_submit_button(
            text(f"triage.do.{action}"), type="primary", on_click=_act, args=(action, one.id, one.version)
        )


def _act(action: str, incident_id: int, version: int) -> None:
    """`version` is the one that was drawn when the person began to fill in the form."""

    def move(workbench: Workbench) -> str:
        given = workbench_session.filled(FORM)
        if action == "comment":
            workbench.comment(incident_id, given["actor"], given["comment"])
        else:
            if action != "assign":
                given.pop("assignee", None)
            getattr(workbench, action)(incident_id, version, **given)
        return text(f"triage.done.{action}")

    workbench_session.act(move, lambda: st.session_state.update({f"{FORM}.comment": ""}))
