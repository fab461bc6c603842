"""What a reader chooses beside period and language: a township, an indicator, one of a few ways to look.

A choice goes into the URL; the page reads it from there.
"""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from dashboards import formatting
from dashboards.components import standing
from dashboards.components.tables import Cell, html_table
from dashboards.edition import Row
from dashboards.view import View, choose, text

ALL = ""


def one_of(name: str, options: dict[str, str], value: str | None, *, label: str = "", width: int = 180) -> None:
    """A list to choose `name` of the URL from; the option ALL takes it out of the URL."""
    key = f"control.{name}"
    st.session_state[key] = value if value in options else next(iter(options), None)
    st.selectbox(
        label or text(key),
        list(options),
        format_func=lambda code: options.get(code, code),
        key=key,
        on_change=lambda: _choose(name, st.session_state[key] or None),
        width=width,
        label_visibility="collapsed",
    )


def way(name: str, options: Iterable[str], value: str) -> None:
    """One of a few ways to look, side by side: text key `<name>.<option>`."""
    key = f"control.{name}"
    st.session_state[key] = value
    st.segmented_control(
        text(key),
        list(options),
        format_func=lambda option: text(f"{name}.{option}"),
        key=key,
        on_change=lambda: _choose(name, st.session_state[key]),
        required=True,
        label_visibility="collapsed",
    )


def _choose(name: str, value: str | None) -> None:
    """Another choice is another list, which is read from its first page."""
    choose(name, value)
    choose("leaf", None)


def division(view: View, divisions: dict[str, str], *, with_all: bool = False) -> None:
    first = {ALL: text("control.division.all")} if with_all else {ALL: text("control.division.none")}
    one_of("division", (first | divisions) if with_all or view.division_code not in divisions else divisions,
           view.division_code)  # fmt: skip


def divisions_in_order(view: View, ranking: list[Row]) -> None:
    """All townships in the order of rank, each with what can be said of its place: for a page that needs one."""
    header = [Cell(text("league.rank"), "number"), Cell(text("league.division"), "sticky"), Cell(""), Cell("")]
    rows = [
        (
            "",
            [
                Cell(formatting.count(row["rank"], view.language), "number"),
                Cell(row["division_name"], "sticky", text("league.open"), view.link(division=row["division_code"])),
                Cell(standing.tier(row, view.language)),
                Cell(standing.said(row, view.language), "small"),
            ],
        )
        for row in ranking
    ]
    html_table(header, rows, full=False)
