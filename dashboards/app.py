"""Navigation, and nothing else: a page is a file in `pages/`, ordered and named by its stem."""

from __future__ import annotations

import sys
from pathlib import Path

import streamlit as st

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from dashboards.view import NAMES, chosen, text

PAGES = sorted(Path(__file__).with_name("pages").glob("[0-9]*_*.py"))


def page(path: Path) -> st.Page:
    name = path.stem.partition("_")[2]
    return st.Page(path, title=text(f"{name}.page"), url_path=name)


def first() -> None:
    """The bare address leads to the first page, or to the township it asks for, with whatever else it asks for."""
    asked = "township" if chosen("division") else pages[0].url_path
    target = next(page for page in pages if page.url_path == asked)
    st.switch_page(target, query_params={name: value for name in NAMES if (value := chosen(name))})


st.set_page_config(page_title=text("app.title"), layout="wide", initial_sidebar_state="collapsed")
pages = [page(path) for path in PAGES]
start = st.Page(first, title=text("app.title"), default=True, visibility="hidden")
st.navigation([start, *pages], position="top").run()
