"""What was delivered and what became of every row: in = accepted + quarantined + not data."""

from __future__ import annotations

import json

import streamlit as st

from dashboards import formatting
from dashboards.components.tables import title
from dashboards.edition import Row
from dashboards.sources import column_name, source_name
from dashboards.view import View, text

_COLUMNS = (
    "file_name",
    "source",
    "scope_name",
    "as_of",
    "rows_in",
    "accepted",
    "quarantined",
    "reasons",
    "unreadable",
    "non_data",
    "is_superseded",
    "withdrawal",
    "encoding",
)


def balance(totals: Row, language: str) -> str:
    """Whether every row received is accounted for, as a clause; nothing before the first delivery."""
    if not totals["batches"]:
        return ""
    numbers = {
        name: formatting.count(totals[name], language)
        for name in ("batches", "rows_in", "accepted", "quarantined", "non_data")
    }
    return text("deliveries.balanced" if totals["is_balanced"] else "deliveries.unbalanced", **numbers)


def draw(view: View, batches: list[Row]) -> None:
    speaking = [batch for batch in batches if batch["withdrawn_at"] is None]
    if not speaking:
        return
    title(
        text(
            "deliveries.title",
            count=formatting.count(len(speaking), view.language),
            newest=formatting.date(speaking[0]["as_of"], view.language),
        ),
        text("deliveries.note"),
    )
    rows = [
        batch
        | {
            "source": source_name(batch["source"], view.language),
            "reasons": _reasons(batch, view.language),
            "unreadable": _unreadable(batch, view.language),
            "is_superseded": text("column.is_superseded") if batch["is_superseded"] else "",
        }
        for batch in batches
    ]
    numbers = {
        name: st.column_config.NumberColumn(text(f"column.{name}"), format="localized")
        for name in ("rows_in", "accepted", "quarantined", "non_data")
    }
    st.dataframe(
        [{name: row[name] for name in _COLUMNS} for row in rows],
        hide_index=True,
        placeholder="",
        column_config={name: text(f"column.{name}") for name in _COLUMNS}
        | numbers
        | {"as_of": st.column_config.DateColumn(text("column.as_of"), format="YYYY-MM-DD")},
    )


def _reasons(batch: Row, language: str) -> str:
    """Why rows were set aside, in words: `读不出出生日期 4、重复行 9`."""
    counted = json.loads(batch["quarantine_reasons"] or "{}")
    reasons = []
    for code, number in sorted(counted.items()):
        kind, _, column = code.partition(":")
        why = text(f"quarantine.{kind}", column=column_name(batch["source"], column, language))
        reasons.append(text("deliveries.reason", why=why, count=formatting.count(number, language)))
    return formatting.listing(reasons, language)


def _unreadable(batch: Row, language: str) -> str:
    """Which optional cells count as blank because they could not be read, in words: `收费金额 4（第 7、9 行）`."""
    counted = json.loads(batch["unreadable_cells"] or "{}")
    rows = json.loads(batch["unreadable_rows"] or "{}")
    cells = [
        text(
            "deliveries.unreadable",
            column=column_name(batch["source"], name, language),
            count=formatting.count(number, language),
            rows=formatting.listing([str(row) for row in rows[name]], language),
        )
        for name, number in sorted(counted.items())
    ]
    return formatting.listing(cells, language)
