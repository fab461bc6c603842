"""Streamlit pages over one published edition, read-only. Every SELECT is in `queries.py`; no page computes a number."""
