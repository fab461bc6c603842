"""Which page of a long list is shown: it is in the URL, and turned below the list."""

from __future__ import annotations

import streamlit as st

from dashboards.view import choose, chosen


def offset(count: int, size: int) -> int:
    """How many entries stand before the page asked for, within what there is."""
    return (_leaf(count, size) - 1) * size


def turn(count: int, size: int) -> None:
    """The pages to choose from; nothing where there is one."""
    if count <= size:
        return
    leaf = _leaf(count, size)
    key = f"control.leaf.{leaf}.{count}"  # Another state of the URL is another choice, with its own beginning.
    st.pagination(
        _leaves(count, size), default=leaf, key=key, on_change=lambda: choose("leaf", str(st.session_state[key]))
    )


def _leaf(count: int, size: int) -> int:
    asked = chosen("leaf") or ""
    return max(1, min(int(asked) if asked.isdecimal() and len(asked) < 9 else 1, _leaves(count, size)))


def _leaves(count: int, size: int) -> int:
    return max(1, -(-count // size))
