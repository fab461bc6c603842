"""Signals that numbers may have been arranged: what fired, the rows behind it, and how often chance alone would."""

from __future__ import annotations

import json

import streamlit as st

from dashboards import formatting
from dashboards.components.cases import coded_note
from dashboards.components.tables import Cell, html_table, title
from dashboards.edition import Row
from dashboards.sources import column_name
from dashboards.view import View, chosen, counted, text

ROWS_SHOWN = 200
SEPARATOR = "~"


def key(signal: Row) -> str:
    """A signal in the URL."""
    return SEPARATOR.join((signal["signal_kind"], signal["division_code"], f"{signal['period_start']:%Y-%m-%d}"))


def chosen_of(signals: list[Row]) -> Row | None:
    return next((signal for signal in signals if key(signal) == chosen("signal")), None)


def draw(view: View, kinds: list[Row], signals: list[Row], names: dict[str, str]) -> None:
    """Every kind with what fired and what chance would give; then the signals, each leading to its rows."""
    finding = counted("integrity.title", len(signals)) if signals else text("integrity.title.none")
    title(finding, text("integrity.note"))
    labels = ("kind", "fired", "chance", "means")
    html_table(
        [Cell(text(f"integrity.{label}"), "number" if label in ("fired", "chance") else "") for label in labels],
        [("", _kind_row(view, kind)) for kind in kinds],
    )
    if signals:
        selected = chosen_of(signals)
        labels = ("kind", "division", "month", "rows", "chance", "evidence")
        html_table(
            [Cell(text(f"integrity.{label}"), "number" if label in ("rows", "chance") else "") for label in labels],
            [("chosen" if signal is selected else "", _signal_row(view, signal, names)) for signal in signals],
        )


def _kind_row(view: View, kind: Row) -> list[Cell]:
    fired = formatting.count(kind["signals"], view.language)
    return [
        Cell(kind["signal_name"], "sticky"),
        Cell(fired, "number short" if kind["signals"] else "number small"),
        Cell(chance(kind["expected"], view.language) if kind["signals"] else "", "number small"),
        Cell(kind["description"], "wrap small"),
    ]


def _signal_row(view: View, signal: Row, names: dict[str, str]) -> list[Cell]:
    return [
        Cell(signal["signal_name"], "sticky", href=view.link(signal=key(signal)) + "#signal"),
        Cell(signal["division_name"]),
        Cell(formatting.short_month(signal["period_start"], view.language), "small"),
        Cell(formatting.count(signal["rows"], view.language), "number"),
        Cell(chance(signal["expected_by_chance"], view.language), "number small"),
        Cell(evidence(signal, names, view.language), "wrap small"),
    ]


def chance(expected: float | None, language: str) -> str:
    """How many such signals chance alone would give; in words where no model says, and where it never would."""
    if expected is None:
        return text("integrity.chance.unknown")
    if expected == 0:
        return text("integrity.chance.never")
    return text("integrity.chance.below") if expected < 0.001 else f"{expected:.3f}"


def evidence(signal: Row, names: dict[str, str], language: str) -> str:
    """The figures that made a signal fire, as a sentence. `names`: indicators by code."""
    figures = json.loads(signal["evidence"] or "{}")
    found = [
        text(
            "integrity.bunch",
            indicator=names.get(one["indicator_code"], one["indicator_code"]),
            **_written(one, "", language),
        )
        for one in figures.pop("indicators", [])
    ]
    padded = [
        text("integrity.padded", **_written(one | {"expected": round(one["expected"])}, "", language))
        for one in figures.pop("kinds", [])
    ]
    lists = {name: formatting.listing(one, language) for name, one in (("indicators", found), ("kinds", padded))}
    return text(f"integrity.said.{signal['signal_kind']}", **lists, **_written(figures, "", language))


def detail(case: Row, signal_kind: str, names: dict[str, str], language: str) -> str:
    """What one row shows, as a sentence."""
    figures = _written(json.loads(case["detail"] or "{}"), case["source"] or "", language)
    indicator = names.get(figures.get("indicator_code", ""), "")
    return text(f"integrity.row.{signal_kind}", **figures | {"indicator": indicator})


def _written(figures: dict[str, object], source: str, language: str) -> dict[str, str]:
    """Figures as text: rates, counts, and fields by the header a clerk knows them by."""
    return {name: _figure(name, value, source, language) for name, value in figures.items()}


def _figure(name: str, value: object, source: str, language: str) -> str:
    if name in ("field", "fields"):
        fields = value if isinstance(value, list) else [value]
        return formatting.listing([column_name(source, field, language) for field in fields], language)
    if name == "service_kind":
        return text(f"integrity.service.{value}")
    if isinstance(value, float):
        return formatting.share(value, language)
    return formatting.count(value, language) if isinstance(value, int) else str(value)


def rows(view: View, signal: Row, cases: list[Row], names: dict[str, str]) -> None:
    """The rows behind one signal, down to file and line."""
    month = formatting.month(signal["period_start"], view.language)
    about = {"kind": signal["signal_name"], "division": signal["division_name"], "month": month}
    if not cases:
        title(text("integrity.rows.none", **about), anchor="signal")
        return
    note = text("integrity.rows.note") + coded_note(case["record_ref"] for case in cases)
    title(counted("integrity.rows", cases[0]["total_count"], **about), note, anchor="signal")
    shaped = [row | {"detail": detail(row, signal["signal_kind"], names, view.language)} for row in cases]
    columns = ("record_ref", "detail", "source_file", "source_row")
    st.dataframe(
        [{name: row[name] for name in columns} for row in shaped],
        hide_index=True,
        placeholder="",
        column_config={name: text(f"column.{name}") for name in columns}
        | {"source_row": st.column_config.NumberColumn(text("column.source_row"), format="%d")},
    )
