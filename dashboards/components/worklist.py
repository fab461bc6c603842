"""What is not done yet: by township and how soon it is due, and case by case."""

from __future__ import annotations

import streamlit as st

from dashboards import formatting
from dashboards.components import bars
from dashboards.components.cases import coded_note
from dashboards.components.tables import Cell, html_table, title
from dashboards.edition import Row
from dashboards.view import View, counted, text

CASES_SHOWN = 500
URGENCIES = ("overdue", "today", "week", "later")
_SHADES = {"overdue": "late", "today": "shade4", "week": "shade2", "later": "shade5"}


def sentence(view: View, total: Row, townships: list[Row], name: str) -> str:
    """What is late, what will be late today and this week, and who has most of it."""
    if not total["cases"]:
        return text("open.sentence.none", division=name)
    numbers = {urgency: formatting.count(total[urgency], view.language) for urgency in URGENCIES}
    parts = [
        text("open.sentence.overdue" if total["overdue"] else "open.sentence.nothing_overdue", division=name, **numbers)
    ]
    if total["today"] or total["week"]:
        parts.append(text("open.sentence.soon", **numbers))
    worst = townships[0] if townships and townships[0]["overdue"] else None
    if worst and len(townships) > 1:
        count = formatting.count(worst["overdue"], view.language)
        parts.append(text("open.sentence.worst", division=worst["division_name"], count=count))
    return formatting.clauses(parts, view.language)


def townships(view: View, rows: list[Row]) -> None:
    """A row per township; a number narrows the list below to those cases."""
    if not rows:
        return
    title(text("open.title"), text("open.note"))
    header = [Cell(text("league.division"), "sticky"), *(Cell(text(f"urgency.{one}"), "number") for one in URGENCIES)]
    header += [Cell(text("open.share"), "wide"), Cell(text("open.oldest"), "wide")]
    html_table(
        header, [("chosen" if row["division_code"] == view.division_code else "", _row(view, row)) for row in rows]
    )


def _row(view: View, row: Row) -> list[Cell]:
    code = row["division_code"]
    parts = [(_SHADES[one], row[one], f"{text(f'urgency.{one}')} {row[one]}") for one in URGENCIES if row[one]]
    other = None if code == view.division_code else code
    return [
        Cell(row["division_name"], "sticky", text("quality.only"), view.link(division=other) + "#list"),
        *(_number(view, row, urgency) for urgency in URGENCIES),
        Cell(bars.stacked(parts, row["fewer_than_most"]), "full wide"),
        Cell(formatting.date(row["oldest_due_at"].date(), view.language) if row["oldest_due_at"] else "", "small wide"),
    ]


def _number(view: View, row: Row, urgency: str) -> Cell:
    if not row[urgency]:
        return Cell("·", "number small")
    href = view.link(division=row["division_code"], urgency=urgency) + "#list"
    style = "number short" if urgency in ("overdue", "today") else "number"
    return Cell(formatting.count(row[urgency], view.language), style, href=href)


def indicators(view: View, rows: list[Row]) -> None:
    """The same by kind of work."""
    title(text("open.by_indicator"))
    header = [Cell(text("card.indicator"), "sticky"), *(Cell(text(f"urgency.{one}"), "number") for one in URGENCIES)]
    body = [
        (
            "",
            [
                Cell(row["indicator_name"], "sticky"),
                *(Cell(formatting.count(row[one], view.language) if row[one] else "·", "number") for one in URGENCIES),
            ],
        )
        for row in rows
    ]
    html_table(header, body, full=False)


def cases(view: View, rows: list[Row]) -> None:
    """The cases with the time left in words, overdue first."""
    if not rows:
        title(text("open.cases.none"), anchor="list")
        return
    total = rows[0]["total_count"]
    shown = formatting.count(len(rows), view.language)
    note = coded_note(row["case_ref"] for row in rows)
    title(
        counted("open.cases", total),
        text("open.cases.note", shown=shown, count=formatting.count(total, view.language)) + note,
        anchor="list",
    )
    names = ("left", "division_name", "indicator_name", "case_ref", "due_at")
    # Under a number a case is looked up; where a code stands for it, by file and line.
    names += ("source_file", "source_row") if note else ()
    shaped = [row | {"left": time_left(row)} for row in rows]
    st.dataframe(
        [{name: row[name] for name in names} for row in shaped],
        hide_index=True,
        placeholder="",
        column_config={name: text(f"column.{name}") for name in names}
        | {
            "due_at": st.column_config.DatetimeColumn(text("column.due_at"), format="YYYY-MM-DD HH:mm"),
            "source_row": st.column_config.NumberColumn(text("column.source_row"), format="%d"),
        },
    )


def time_left(row: Row) -> str:
    """`逾期 3 天`, `今日到期`, `剩 2 天`."""
    if row["urgency"] == "today":
        return text("urgency.today")
    if row["urgency"] != "overdue":
        return counted("open.left", row["days"])
    return counted("open.late", row["days"]) if row["days"] else text("open.late.hours")
