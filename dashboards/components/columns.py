"""Columns beside each other, one for each month or day, from zero: HTML, so that they print and answer at once."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import streamlit as st


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
    cells = "".join(_column(column, max(most, 1)) for column in columns)
    ends = dict.fromkeys((columns[0].label, columns[-1].label))
    labels = "".join(f"<span>{escape(label)}</span>" for label in ends)
    st.html(
        f'<div class="sb"><div class="columns" style="--count:{len(columns)}"><div class="bars" role="img" '
        f'aria-label="{escape(said)}">{cells}</div><div class="scale small">{labels}</div></div></div>'
    )


def _column(column: Column, most: int) -> str:
    spans = "".join(
        f'<span class="{style}" style="height:calc({size} / {most} * 100%)"></span>'
        for style, size in reversed(column.parts)
        if size
    )
    return f'<div title="{escape(column.said)}">{spans}</div>'
