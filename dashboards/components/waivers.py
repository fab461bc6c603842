"""Rows that are right in spite of a rule: proposed from a list of rows, listed, withdrawn."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from dashboards import formatting, queries
from dashboards.components import choices, paging, workbench_session
from dashboards.components.tables import Cell, html_table, title
from dashboards.components.triage import Rules
from dashboards.edition import Edition, Row
from dashboards.markup import fragments
from dashboards.queries.ledger import Narrowed
from dashboards.view import View, choose, chosen, counted, text
from orchestration.workbench import WAIVER_REASONS, RowKey, Waiver, Workbench, workbench_text

FORCES = ("in_force", "expired", "withdrawn")
DAYS_IN_FORCE = 180
SHOWN = 50


def offer(edition: Edition, view: View, rows: list[Row], *, key: str = "waive") -> None:
    """The form under a list of rows: waives those ticked. Nothing before one is ticked, but how it is done."""
    if not rows:
        st.html(fragments.quiet(text("waive.how")))
        workbench_session.outcome()
        return
    if workbench_session.workbench() is None:
        return
    newest = queries.frame.edition(edition)["newest_as_of"]
    with st.form(key=f"{key}.form"):
        title(counted("waive.title", len(rows)), text("waive.note"))
        workbench_session.outcome()
        with st.container(horizontal=True):
            workbench_session.ask_actor(f"{key}.actor")
            workbench_session.pick("waiver_reason", WAIVER_REASONS, f"{key}.reason")
            st.date_input(
                text("waive.expires"),
                value=newest + dt.timedelta(days=DAYS_IN_FORCE),
                min_value=newest,
                format="YYYY-MM-DD",
                key=f"{key}.expires",
            )
        workbench_session.ask_comment(f"{key}.comment")
        keys = [RowKey(row["rule_id"], row["source"], row["record_ref"], row["division_code"]) for row in rows]
        st.form_submit_button(text("waive.do"), type="primary", on_click=_waive, args=(keys, key, newest))


def _waive(keys: list[RowKey], key: str, today: dt.date) -> None:
    def waive(workbench: Workbench) -> str:
        given = workbench.waive(
            keys, **workbench_session.filled(key), expires_on=st.session_state[f"{key}.expires"], today=today
        )
        return counted("waive.done", len(given))

    workbench_session.act(waive, lambda: st.session_state.update({f"{key}.comment": ""}))


def force(waiver: Waiver, as_of: dt.date) -> str:
    """Whether it counts for data of `as_of`: the same on every page."""
    return "withdrawn" if not waiver.is_active else "in_force" if waiver.counts_on(as_of) else "expired"


def listing(edition: Edition, view: View, workbench: Workbench, narrowed: Narrowed) -> None:
    """All of them by whether they are in force; one that is chosen can be withdrawn."""
    as_of = queries.frame.edition(edition)["newest_as_of"]
    asked = status if (status := chosen("status")) in FORCES else FORCES[0]
    every = workbench.waivers(rule_id=narrowed.rule_id, division_code=narrowed.division_code)
    found = [waiver for waiver in every if force(waiver, as_of) == asked]
    count = formatting.count(len(found), view.language)
    finding = text(f"waivers.{asked}", count=count) if found else text("waivers.none")
    title(finding, text("waivers.note"))
    choices.way("status", FORCES, asked)
    rules = queries.rules.texts(edition, view.language)
    places = {
        one["division_code"]: one["division_name"]
        for one in queries.frame.children(edition, view.language, view.parent_code)
    }
    one = next((waiver for waiver in found if str(waiver.id) == chosen("waiver")), None)
    if one and asked != "withdrawn":
        _withdrawal(view, one, rules)
    else:
        workbench_session.outcome()
    if not found:
        return
    labels = ("rule", "record", "division", "reason", "author", "expires")
    first = paging.offset(len(found), SHOWN)
    html_table(
        [Cell(text(f"waivers.{label}")) for label in labels],
        [
            ("chosen" if waiver is one else "", _row(view, waiver, rules, places))
            for waiver in found[first : first + SHOWN]
        ],
    )
    paging.turn(len(found), SHOWN)


def _row(view: View, waiver: Waiver, rules: Rules, places: dict[str, str]) -> list[Cell]:
    language = view.language
    reason = f"{workbench_text('waiver_reason', waiver.reason, language)} · {waiver.comment}"
    written = text("waivers.written", name=waiver.author, at=formatting.date(waiver.created_at.date(), language))
    expires = formatting.date(waiver.expires_on, language)
    if waiver.withdrawn_at:
        at = formatting.date(waiver.withdrawn_at.date(), language)
        expires = text("waivers.withdrawn_by", name=waiver.withdrawn_by, at=at, comment=waiver.withdrawn_comment)
    return [
        Cell(rules.get((waiver.rule_id, waiver.source), waiver.rule_id), "fold"),
        Cell(waiver.record_ref, "", text("waivers.open"), view.link(waiver=str(waiver.id))),
        Cell(places.get(waiver.division_code or "", "")),
        Cell(reason, "wrap small"),
        Cell(written, "fold small"),
        Cell(expires, "fold small"),
    ]


def _withdrawal(view: View, waiver: Waiver, rules: Rules) -> None:
    with st.form(key="withdraw.form"):
        name = rules.get((waiver.rule_id, waiver.source), waiver.rule_id)
        title(text("withdraw.title", record=waiver.record_ref, rule=name))
        workbench_session.outcome()
        workbench_session.ask_actor("withdraw.actor")
        workbench_session.ask_comment("withdraw.comment")
        st.form_submit_button(text("withdraw.do"), type="primary", on_click=_withdraw, args=(waiver.id,))


def _withdraw(waiver_id: int) -> None:
    def withdraw(workbench: Workbench) -> str:
        return text(
            "withdraw.done", record=workbench.withdraw(waiver_id, **workbench_session.filled("withdraw")).record_ref
        )

    workbench_session.act(withdraw, lambda: choose("waiver", None))
