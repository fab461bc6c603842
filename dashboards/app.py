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
    """The bare address leads to the first page, with whatever it asks for."""
    st.switch_page(pages[0], query_params={name: value for name in NAMES if (value := chosen(name))})


st.set_page_config(page_title=text("app.title"), layout="wide", initial_sidebar_state="collapsed")
pages = [page(path) for path in PAGES]
start = st.Page(first, title=text("app.title"), default=True, visibility="hidden")
st.navigation([start, *pages], position="top").run()
