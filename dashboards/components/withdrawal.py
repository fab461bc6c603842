"""Taking a delivery back, for quality staff: which file, why, and that it is meant."""

from __future__ import annotations

import streamlit as st

from dashboards import formatting
from dashboards.access.rights import Rights
from dashboards.components import workbench_session
from dashboards.components.tables import title
from dashboards.edition import Row
from dashboards.sources import source_name
from dashboards.view import View, text
from orchestration.commands.withdrawal import SHORT_ID, withdraw, withdrawals
from orchestration.installation.lock import LockedError
from orchestration.installation.paths import Home
from orchestration.workbench import Workbench, WorkbenchError

KEY = "takeback"
# A run holds the installation for minutes; whoever looks at a page is told so at once.
WAIT_SECONDS = 3.0


def told(batches: list[Row], language: str) -> list[Row]:
    """The batches, each with what is known of its being withdrawn, in words; what was taken back, or let speak again,
    since the edition was made, waits for the next run."""
    now = withdrawals(Home.from_environment())

    def words(batch: Row) -> str:
        act = now.get(batch["batch_id"])
        is_published = batch["withdrawn_at"] is not None
        if act is None:
            return text("takeback.restored") if is_published and batch["batch_id"] else ""
        said = {"name": act.by, "day": formatting.date(act.at.date(), language), "reason": act.reason}
        return text("takeback.said" if is_published else "takeback.waits", **said)

    return [batch | {"withdrawal": words(batch)} for batch in batches]


def draw(view: View, rights: Rights, batches: list[Row]) -> None:
    """The form; nothing for those who may not withdraw, or have no file of their own that speaks."""
    mine = (rights.division_code or "").rstrip("0")
    offered = {
        batch["batch_id"]: _label(view, batch)
        for batch in batches
        if batch["batch_id"] and not batch["withdrawal"] and batch["scope_code"].startswith(mine)
    }
    if not workbench_session.is_open("withdraw") or not offered:
        return
    with st.form(key=f"{KEY}.form"):
        title(text("takeback.title"), text("takeback.note"))
        workbench_session.outcome()
        st.selectbox(
            text("takeback.file"),
            list(offered),
            index=None,
            format_func=lambda batch_id: offered.get(batch_id, batch_id),
            placeholder=text("desk.choose"),
            key=f"{KEY}.batch",
        )
        with st.container(horizontal=True):
            workbench_session.ask_actor(f"{KEY}.actor")
            st.text_input(
                text("desk.reason"),
                key=f"{KEY}.reason",
                max_chars=200,
                placeholder=text("desk.comment.how"),
            )
        st.checkbox(text("takeback.sure"), key=f"{KEY}.sure")
        st.form_submit_button(text("takeback.do"), type="primary", on_click=_withdraw)


def _label(view: View, batch: Row) -> str:
    rows = text("takeback.rows", count=formatting.count(batch["accepted"], view.language))
    day = formatting.date(batch["as_of"], view.language)
    source = source_name(batch["source"], view.language)
    return " · ".join([batch["file_name"], source, day, rows, batch["batch_id"][:SHORT_ID]])


def _withdraw() -> None:
    """The right is asked for where it is done (`workbench_session.act`), whatever was drawn."""

    def take_back(_: Workbench) -> str:
        batch_id, filled = st.session_state[f"{KEY}.batch"], workbench_session.filled(KEY)
        if not batch_id or not st.session_state[f"{KEY}.sure"]:
            raise WorkbenchError("withdraw.unsure")
        try:
            record = withdraw(
                Home.from_environment(), batch_id, filled["actor"], filled["reason"], wait_seconds=WAIT_SECONDS
            )
        except LockedError:
            raise WorkbenchError("run.locked") from None
        return text("takeback.done", file=record.file_name, batch=record.batch_id[:SHORT_ID])

    emptied = {f"{KEY}.batch": None, f"{KEY}.reason": "", f"{KEY}.sure": False}
    workbench_session.act(take_back, lambda: st.session_state.update(emptied), action="withdraw")
