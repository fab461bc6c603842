"""How the figures are made, in plain words: one entry for every statistic that a page shows."""

from __future__ import annotations

import streamlit as st

from dashboards.components.tables import title
from dashboards.markup import macros
from dashboards.view import text

_HTML = macros("methods")
# In the order in which a reader meets them.
METHODS = (
    "reached", "interval", "verdict", "score", "veto", "rank_interval", "tier", "change", "robustness", "improvement",
    "shrunk", "chart", "signal", "false_alarm", "funnel", "outlook", "slow", "registries", "integrity", "suspect",
    "waived", "edition",
)  # fmt: skip


def draw() -> None:
    title(text("method.title"), text("method.note"))
    st.html(_HTML.entries([(name, text(f"method.{name}"), text(f"method.{name}.how")) for name in METHODS]))
