"""The workbench as pages use it: opened once, who acts, and what came of the last thing done."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from dashboards import formatting
from dashboards.access.readers import NotAReader, reader
from dashboards.catalogue import CATALOGUE
from dashboards.markup import fragments, macros
from dashboards.view import language, text
from orchestration.installation.paths import Home
from orchestration.workbench import ConcurrentEditError, Event, Workbench, WorkbenchError, workbench_text

_HTML = macros("workbench_session")
# The session keeps the name, the address never shows it.
ACTOR, OUTCOME = "desk.actor", "desk.outcome"


def workbench() -> Workbench | None:
    """The installation's workbench; None, with the reason shown, if it cannot be reached."""
    home = Home.from_environment()
    try:
        return _opened(str(home.root))
    except WorkbenchError as error:
        _opened.clear()
        st.html(fragments.banner(said(error), "alert"))
        return None


@st.cache_resource(max_entries=4, ttl="10m", show_spinner=False)
def _opened(root: str) -> Workbench:
    return Workbench.open(Home(Path(root)))


def said(error: WorkbenchError) -> str:
    return error.said(language())


def is_open(action: str = "triage") -> bool:
    """Whether this reader may change anything at the workbench, or do another action of `roles.yml`."""
    try:
        return reader().rights.may(action)
    except NotAReader:
        return False


def actor() -> str:
    """Who acts: whoever signed in; else the name given, kept for the session, never in the address."""
    return reader().name or st.session_state.get(ACTOR, "")


def ask_actor(key: str) -> None:
    """The field for the name of who acts, inside a form; filled in once in a session."""
    signed_in = reader().name
    if signed_in or key not in st.session_state:
        st.session_state[key] = actor()
    st.text_input(
        text("desk.actor"),
        key=key,
        max_chars=60,
        placeholder=text("desk.actor.who"),
        disabled=bool(signed_in),
    )


def ask_comment(key: str) -> None:
    """The field for what is to be said, inside a form."""
    st.text_area(
        text("desk.comment"),
        key=key,
        max_chars=1000,
        placeholder=text("desk.comment.how"),
        height=90,
    )


def filled(key: str) -> dict[str, str]:
    """What a form's fields `actor`, `reason`, `comment`, `assignee` hold; the name is kept for the session.

    Raises WorkbenchError if a reason was to be chosen and was not.
    """
    values = {
        name: st.session_state[f"{key}.{name}"]
        for name in ("actor", "reason", "comment", "assignee")
        if f"{key}.{name}" in st.session_state
    }
    values["actor"] = reader().name or values["actor"]
    st.session_state[ACTOR] = values["actor"]
    if values.get("reason", "") is None:
        raise WorkbenchError(
            "workbench.blank", **{f"field_{one}": CATALOGUE("desk.reason", one) for one in ("zh", "en")}
        )
    return values


def act(what: Callable[[Workbench], str], after: Callable[[], None] = lambda: None, *, action: str = "triage") -> None:
    """Do `what` at the workbench; say what it says was done, or why it could not be. `after` only when it was done.

    For callbacks: what is drawn next shows the outcome by `outcome`. The only way to write, so it asks for the right.
    """
    if not is_open(action):
        st.session_state[OUTCOME] = ("refused", text("desk.not_allowed"), [])
        return
    try:
        st.session_state[OUTCOME] = ("done", what(_opened(str(Home.from_environment().root))), [])
        after()
    except ConcurrentEditError as error:
        last = error.incident.history[-1:]
        st.session_state[OUTCOME] = ("meanwhile", said(error), [event_line(event) for event in last])
    except WorkbenchError as error:
        st.session_state[OUTCOME] = ("refused", said(error), [])


def outcome() -> None:
    """What came of the last thing done, once."""
    kind, message, lines = st.session_state.pop(OUTCOME, (None, "", []))
    if kind is None:
        return
    advice = [text("desk.meanwhile")] if kind == "meanwhile" else []
    st.html(_HTML.outcome([message, *lines, *advice], kind == "done"))


def event_line(event: Event) -> str:
    """`2026年11月16日 08:05 王某 指派 → 已指派（李某）：已发乡镇 · 周五前回`."""
    current = language()
    who = text("desk.system") if event.actor == "auto" else event.actor
    parts = [f"{formatting.moment(event.at, current)} {who} {workbench_text('action', event.action, current)}"]
    if event.to_status and event.to_status != event.from_status:
        parts.append(f"→ {workbench_text('status', event.to_status, current)}")
    if event.assignee and event.action == "assign":
        parts.append(text("desk.to", name=event.assignee))
    if event.rows is not None:
        parts.append(text("desk.rows", count=formatting.count(event.rows, current)))
    reason = event.reason and workbench_text(
        "waiver_reason" if event.action == "waive" else "reason", event.reason, current
    )
    words = " · ".join(part for part in (reason, event.comment) if part)
    return " ".join(parts) + (f"{'：' if current == 'zh' else ': '}{words}" if words else "")


def pick(kind: str, codes: tuple[str, ...], key: str) -> str | None:
    """A reason chosen from a short list; nothing is chosen beforehand."""
    return st.selectbox(
        text(f"desk.{kind}"),
        codes,
        index=None,
        format_func=lambda code: workbench_text(kind, code, language()),
        placeholder=text("desk.choose"),
        key=key,
    )
