"""Tables as HTML: type, alignment and links under our own control, readable on paper and by a screen reader."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import streamlit as st

from dashboards.markup import fragments, macros

_HTML = macros("tables")


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell; `text` may be Markup; `span` columns wide."""

    text: str = ""
    style: str = ""
    title: str = ""
    href: str = ""
    span: int = 1


def html_table(header: Iterable[Cell], rows: Iterable[tuple[str, Iterable[Cell]]], *, full: bool = True) -> None:
    """A table that scrolls by itself where it is wider than the page. A row is (its class, its cells)."""
    st.html(_HTML.table(header, rows, full))


def title(sentence: str, note: str = "", *, anchor: str = "") -> None:
    """The finding of what follows, and below it, quietly, how to read it. An address with `#anchor` opens here."""
    st.html(fragments.title(sentence, note, anchor))
