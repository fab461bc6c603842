"""What of the ledger the reader looks at: chosen by links into the URL, named above the tables, and taken back."""

from __future__ import annotations

import streamlit as st

from dashboards import queries
from dashboards.edition import Edition
from dashboards.markup import macros
from dashboards.queries.ledger import Narrowed
from dashboards.sources import source_name
from dashboards.view import View, chosen, text

_HTML = macros("narrowing")
DIMENSIONS = ("completeness", "validity", "uniqueness", "consistency", "timeliness")
# The name in the URL of each way to narrow.
NAMES = {"rule": "rule_id", "division": "division_code", "source": "source", "dimension": "dimension"}


def read(edition: Edition, view: View) -> Narrowed:
    """What the URL asks for; a township of another county, or a rule that is no more, narrows nothing."""
    names = _names(edition, view)
    return Narrowed(
        view.parent_code,
        **{column: value if (value := chosen(name)) in names[name] else None for name, column in NAMES.items()},
    )


def _names(edition: Edition, view: View) -> dict[str, dict[str, str]]:
    known = queries.rules.names(edition, view.language)
    children = queries.frame.children(edition, view.language, view.parent_code)
    return {
        "rule": {rule["rule_id"]: rule["rule_text"] for rule in known},
        "division": {one["division_code"]: one["division_name"] for one in children},
        "source": {rule["source"]: home_name(rule["source"], view.language) for rule in known},
        "dimension": {one: text(f"dimension.{one}") for one in DIMENSIONS},
    }


def home_name(source: str, language: str) -> str:
    """An extract by its name; a table of the warehouse, which only the maker meets, as one."""
    name = source_name(source, language)
    return text("ledger.own_table", table=source) if name == source else name


def draw(edition: Edition, view: View, narrowed: Narrowed) -> None:
    """What is narrowed, each with the link that takes it back; nothing if nothing is."""
    names = _names(edition, view)
    chips = []
    for name, column in NAMES.items():
        value = getattr(narrowed, column)
        if value is None or (name == "source" and narrowed.rule_id):
            continue  # A rule comes with its extract, and goes with it.
        back = dict.fromkeys(["rule", "source"] if name == "rule" else [name])
        chips.append((view.link(leaf=None, **back), names[name][value]))
    if chips:
        st.html(_HTML.chips(text("narrowed"), chips, text("narrowed.back")))
