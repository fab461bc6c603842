"""How the figures are made, in plain words: one entry for every statistic that a page shows."""

from __future__ import annotations

from html import escape

import streamlit as st

from dashboards.components.tables import title
from dashboards.view import text

# In the order in which a reader meets them.
METHODS = (
    "reached", "interval", "verdict", "score", "veto", "rank_interval", "tier", "change", "robustness", "improvement",
    "shrunk", "chart", "signal", "false_alarm", "funnel", "outlook", "slow", "registries", "integrity", "suspect",
    "waived", "edition",
)  # fmt: skip


def draw() -> None:
    title(text("method.title"), text("method.note"))
    entries = "".join(
        f'<dt id="{name}">{escape(text(f"method.{name}"))}</dt><dd>{escape(text(f"method.{name}.how"))}</dd>'
        for name in METHODS
    )
    st.html(f'<div class="sb"><dl>{entries}</dl></div>')
