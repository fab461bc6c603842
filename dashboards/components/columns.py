"""Columns beside each other, one for each month or day, from zero: HTML, so that they print and answer at once."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from dashboards.markup import macros

_HTML = macros("columns")


@dataclass(frozen=True)
class Column:
    """One column: its label, its parts from the bottom (class, size), and what is said of it."""

    label: str
    parts: tuple[tuple[str, int], ...]
    said: str


def draw(columns: list[Column], most: int, said: str) -> None:
    """`most` is the height of the whole; the first and the last are labelled, the others say their own when rested on.

    `said` is the whole in words, for who cannot see it.
    """
    ends = dict.fromkeys((columns[0].label, columns[-1].label))
    st.html(_HTML.columns(columns, max(most, 1), said, ends))
