"""Navigation, and nothing else: a page is a file in `pages/`, ordered and named by its stem."""

from __future__ import annotations

import sys
from pathlib import Path

import streamlit as st

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from dashboards.components import page_access
from dashboards.view import NAMES, begin_rerun, chosen, text

PAGES = sorted(Path(__file__).with_name("pages").glob("[0-9]*_*.py"))


def page(path: Path) -> st.Page:
    """A page at its address; one that this reader may not open is not in the navigation and says so at its address."""
    name = path.stem.partition("_")[2]
    return st.Page(
        page_access.content(reader, name, path),
        title=text(f"{name}.page"),
        url_path=name,
        visibility="visible" if page_access.may_open(reader, name) else "hidden",
    )


def first() -> None:
    """The bare address leads to the first page, or to the township it asks for, with whatever else it asks for."""
    asked = "township" if chosen("division") else pages[0].url_path
    target = next(page for page in pages if page.url_path == asked)
    st.switch_page(target, query_params={name: value for name in NAMES if (value := chosen(name))})


begin_rerun()
st.set_page_config(page_title=text("app.title"), layout="wide", initial_sidebar_state="collapsed")
reader = page_access.reader()
pages = [page(path) for path in PAGES]
start = st.Page(first, title=text("app.title"), default=True, visibility="hidden")
asked_for = st.navigation([start, *pages], position="top")
page_access.enter(reader, asked_for.url_path)
asked_for.run()
