"""Failing rows: by rule, by township and month, and one by one down to file and line."""

from __future__ import annotations

from itertools import groupby

import streamlit as st

from dashboards import formatting
from dashboards.components.tables import Cell, html_table, title
from dashboards.edition import Row
from dashboards.sources import source_name
from dashboards.view import View, choose, chosen, text

ROWS_SHOWN = 500
ALL = ""
_COLUMNS = ("rule_text", "division_name", "period_start", "record_ref", "source_file", "source_row", "first_seen")


def choose_rule(rules: list[Row]) -> str | None:
    """The rule chosen in the table below, None for all of them."""
    rule_id = chosen("rule")
    return rule_id if rule_id in {rule["rule_id"] for rule in rules} else None


def rule_tables(view: View, rules: list[Row], rule_id: str | None) -> None:
    """The rules with failing rows, and folded away those without."""
    failing = [rule for rule in rules if rule["rows_failed"]]
    passed = [rule for rule in rules if not rule["rows_failed"]]
    if failing:
        _rule_table(view, failing, rule_id)
    if passed:
        with st.expander(text("quality.passed", count=len(passed)), key="passed"):
            _rule_table(view, passed, rule_id)


def _rule_table(view: View, rules: list[Row], rule_id: str | None) -> None:
    language = view.language
    labels = ("rule", "failed", "share", "tested", "source", "dimension", "fix")
    header = [
        Cell(text(f"quality.{label}"), "number" if label in ("tested", "failed", "share") else "") for label in labels
    ]
    html_table(
        header,
        [
            (
                "chosen" if rule["rule_id"] == rule_id else "",
                [
                    Cell(_name(rule), "wrap", rule["rule_id"], view.link(rule=rule["rule_id"])),
                    Cell(
                        formatting.count(rule["rows_failed"], language),
                        f"number {'short' if rule['rows_failed'] else ''}",
                    ),
                    Cell(formatting.rate(rule["rows_failed"], rule["rows_tested"], language), "number small"),
                    Cell(formatting.count(rule["rows_tested"], language), "number small"),
                    Cell(source_name(rule["source"], language), "fold"),
                    Cell(text(f"dimension.{rule['dimension']}") if rule["dimension"] else "", "small"),
                    Cell(rule["fix_text"] or "", "wrap small"),
                ],
            )
            for rule in rules
        ],
    )


def _name(rule: Row) -> str:
    return f"{rule['rule_text']} *" if rule["affects_accuracy"] else rule["rule_text"]


def township_grid(view: View, grid: list[Row]) -> None:
    """Failing rows by township and month; darker is more. A cell of a township leads to its rows."""
    if not grid:
        return
    months = sorted({row["period_start"] for row in grid})[-12:]
    most = max(grid, key=lambda row: (row["failures"], row["division_code"]))
    title(
        text(
            "quality.grid.title",
            division=most["division_name"],
            month=formatting.month(most["period_start"], view.language),
            count=formatting.count(most["failures"], view.language),
        ),
        text("quality.grid.note"),
    )
    rows = []
    for (code, name), run in groupby(grid, key=lambda row: (row["division_code"], row["division_name"])):
        by_month = {row["period_start"]: row["failures"] for row in run}
        other = None if code == view.division_code else code
        cells = [Cell(name, "sticky", text("quality.grid.open"), view.link(division=other))]
        cells += [_tint(view, by_month.get(month), most["failures"]) for month in months]
        rows.append(("chosen" if code == view.division_code else "", cells))
    header = [Cell(text("league.division"), "sticky")]
    header += [Cell(formatting.short_month(month, view.language), "number") for month in months]
    html_table(header, rows)


def _tint(view: View, failures: int | None, most: int) -> Cell:
    if not failures:
        return Cell("·", "number small")
    weight = 10 + round(45 * failures / most)
    fill = f"background:color-mix(in srgb, var(--bad-fill) {weight}%, transparent)"
    number = formatting.count(failures, view.language)
    return Cell(style="number", html=f'<span class="tint" style="{fill}">{number}</span>')


def row_list(view: View, rows: list[Row]) -> None:
    """The failing rows themselves: which record, in which file, on which line."""
    if not rows:
        title(text("quality.rows.none"))
        return
    total = formatting.count(rows[0]["total_count"], view.language)
    title(
        text("quality.rows.title", count=total),
        text("card.cases.note", shown=formatting.count(len(rows), view.language), count=total),
    )
    if view.division_code or chosen("rule"):
        st.button(text("quality.rows.all"), on_click=_show_all, type="tertiary")
    st.dataframe(
        [{name: row[name] for name in _COLUMNS} for row in rows],
        hide_index=True,
        placeholder="",
        column_config={name: text(f"column.{name}") for name in _COLUMNS}
        | {
            "period_start": st.column_config.DateColumn(text("column.period_start"), format="YYYY-MM"),
            "source_row": st.column_config.NumberColumn(text("column.source_row"), format="%d"),
        },
    )


def _show_all() -> None:
    choose("rule", None)
    choose("division", None)
