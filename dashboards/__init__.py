"""Streamlit pages over one published edition, read-only. Every SELECT is in `queries/`; no page computes a number.

A page is a file in `pages/`, found by being there: its stem orders it (`10_`) and names its texts (`ranking.`).
"""

from dashboards.serving import serve_command

__all__ = ["serve_command"]
