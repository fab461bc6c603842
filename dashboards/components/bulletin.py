"""The button that gives the bulletin of the period shown. The documents themselves are made in `documents/`."""

from __future__ import annotations

import datetime as dt
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboards.components import download
from dashboards.edition import Edition
from dashboards.markup import fragments
from dashboards.view import View, text

FORMATS = ("docx", "xlsx", "pdf")
# Those that need a font of this machine.
TYPESET = {"docx", "pdf"}


def offer(controls: DeltaGenerator, edition: Edition, view: View) -> None:
    """A button among the controls; a document is made when it is asked for. One that cannot be made says why."""
    with controls, st.popover(text("bulletin.button"), key="bulletin", help=text("bulletin.help")):
        lacking = _lacking(view.language)
        for form in FORMATS:
            download.button(
                text(f"bulletin.{form}"),
                partial(_written, edition.path, view.language, view.kind, view.start, view.parent_code, form),
                f"{text('bulletin.file')}-{view.kind}-{view.start:%Y-%m}.{form}",
                key=f"bulletin.{form}",
                disabled=bool(lacking) and form in TYPESET,
                width="stretch",
            )
        if lacking:
            st.html(fragments.quiet(lacking))


@st.cache_data(ttl=60, show_spinner=False)
def _lacking(language: str) -> str:
    """Why no document can be typeset on this machine, in words; empty if it can."""
    from dashboards.documents import fonts
    from dashboards.documents.failures import DocumentError

    try:
        fonts.face("text", set(text("bulletin.file")))
    except DocumentError as error:
        return error.said(language)
    return ""


def _written(path: str, language: str, kind: str, start: dt.date, parent_code: str, form: str) -> bytes:
    # Drawing and typesetting are loaded by who asks for a document, not by every reader of the page.
    from dashboards.documents.bulletin import write

    return write(path, language, kind, start, parent_code, form)
