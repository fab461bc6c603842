"""The what-if: a table of targets, floors and weights to change, and the ranking that would follow beside the real one.

Everything here says that it is hypothetical. The arithmetic is in `recompute`; what was changed lives in the
URL, so that a trial can be mailed.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import streamlit as st

from dashboards import formatting
from dashboards.components import standing
from dashboards.components.tables import Cell, html_table, title
from dashboards.edition import Row
from dashboards.markup import fragments, macros
from dashboards.view import View, choose, chosen, counted, text
from dashboards.whatif import recompute
from dashboards.whatif.recompute import Changes, Standing

_HTML = macros("whatif")
_UNITS = {"target": 100, "floor": 100, "weight": 1}


def sentence(view: View, ranking: list[Row], tried: dict[str, Standing], changes: Changes) -> str:
    """What was changed, and how many places would move; that nothing was changed, if so."""
    if not changes:
        return text("whatif.sentence.unchanged", period=view.period)
    moved = [row for row in ranking if tried[row["division_code"]].rank != row["rank"]]
    parts = [counted("whatif.sentence.changed", len(changes), period=view.period)]
    if not any(one.is_assessed for one in tried.values()):
        return formatting.clauses([*parts, text("whatif.sentence.nobody")], view.language)
    if not moved:
        return formatting.clauses([*parts, text("whatif.sentence.same")], view.language)
    parts.append(counted("whatif.sentence.moved", len(moved), total=formatting.count(len(ranking), view.language)))
    if beyond := [row["division_name"] for row in moved if _is_beyond(row, tried[row["division_code"]])]:
        parts.append(text("whatif.sentence.beyond", divisions=formatting.some(beyond, view.language)))
    else:
        parts.append(text("whatif.sentence.within"))
    return formatting.clauses(parts, view.language)


def _is_beyond(row: Row, one: Standing) -> bool:
    """Whether the place tried lies outside what chance leaves open anyway."""
    if one.rank is None or row["rank_low"] is None:
        return one.rank != row["rank"]
    return not row["rank_low"] <= one.rank <= row["rank_high"]


def warning() -> None:
    """Across the whole screen, and on paper too."""
    st.html(_HTML.watermark(text("whatif.hypothetical")))
    st.html(fragments.banner(text("whatif.warning")))


def editor(view: View, rules: list[Row], changes: Changes) -> None:
    """The table to change; what is changed goes into the URL. An empty cell is what is in force."""
    version = st.session_state.setdefault("trial.version", 0)
    key = f"trial.table.{version}"
    if key not in st.session_state:
        # What the table starts from must not move below the reader's hands: changes are laid over it.
        st.session_state["trial.start"] = dict(changes)
    start = st.session_state["trial.start"]
    title(text("whatif.rules"), text("whatif.rules.note"))
    shown = [_shown(row, start) for row in rules]
    st.data_editor(
        shown,
        key=key,
        hide_index=True,
        disabled=["indicator"],
        placeholder=text("whatif.none"),
        on_change=_edited,
        args=(key, [row["indicator_code"] for row in rules]),
        height="content",
        alt=text("whatif.rules"),
        column_config={
            "indicator": st.column_config.TextColumn(text("whatif.column.indicator"), width=205),
            **{name: _column(name) for name in recompute.FIELDS},
        },
    )
    if changes:
        st.button(text("whatif.reset"), on_click=_reset, key="trial.reset")


def _column(name: str) -> Any:
    low, high = (float(limit) * _UNITS[name] for limit in recompute.LIMITS[name])
    form = "%.2f" if name == "weight" else "%.1f%%"
    label = text(f"whatif.column.{name}")
    return st.column_config.NumberColumn(label, min_value=low, max_value=high, format=form, width=72)


def _shown(row: Row, start: Changes) -> dict[str, object]:
    target, floor, weight = recompute.rule(row, start)
    numbers = {"target": target, "floor": floor if target is not None else None, "weight": weight}
    return {"indicator": row["indicator_name"]} | {
        name: None if number is None else float(number * _UNITS[name]) for name, number in numbers.items()
    }


def _edited(key: str, codes: list[str]) -> None:
    changes = dict(st.session_state["trial.start"])
    for place, cells in st.session_state[key]["edited_rows"].items():
        for name, number in cells.items():
            value = None if number is None else recompute.bounded(name, Decimal(str(number)) / _UNITS[name])
            if value is None:
                changes.pop((codes[int(place)], name), None)
            else:
                changes[codes[int(place)], name] = value
    choose("trial", recompute.written(changes))


def _reset() -> None:
    st.session_state["trial.version"] += 1
    choose("trial", None)


def asked(rules: list[Row]) -> Changes:
    """What the URL asks for, without what is in force anyway."""
    in_force = {row["indicator_code"]: row for row in rules}
    said = recompute.read(chosen("trial"), in_force)
    return {
        (code, name): value
        for (code, name), value in said.items()
        if value != in_force[code][f"{name}_value" if name != "weight" else name] or in_force[code]["differs"]
    }


def changed(view: View, rules: list[Row], changes: Changes) -> None:
    """The changes in words, each with what is in force."""
    if not changes:
        return
    title(counted("whatif.changes", len(changes)))
    names = {row["indicator_code"]: row for row in rules}
    said = [_said(view, names[code], what, value) for (code, what), value in changes.items()]
    st.html(fragments.matters(said))


def _said(view: View, row: Row, what: str, value: Decimal) -> str:
    before = row["weight" if what == "weight" else f"{what}_value"]
    old, new = (_figure(number, what, view.language) for number in (before, value))
    return text("whatif.change", indicator=row["indicator_name"], what=text(f"whatif.column.{what}"), old=old, new=new)


def _figure(number: Decimal | None, what: str, language: str) -> str:
    if number is None:
        return text("whatif.none")
    return f"{number.normalize():f}" if what == "weight" else formatting.share(number, language)


def ranking_table(view: View, ranking: list[Row], tried: dict[str, Standing], grades: dict[str, str]) -> None:
    """The real ranking and the one tried, side by side, in the order tried."""
    ordered = sorted(ranking, key=lambda row: (tried[row["division_code"]].rank is None,
                                               tried[row["division_code"]].rank, row["rank"] or 0))  # fmt: skip
    title(text("whatif.ranking"), text("whatif.ranking.note"))
    header = [
        Cell(text("whatif.rank.tried"), "number"),
        Cell(text("league.division"), "sticky"),
        Cell(text("whatif.rank.real"), "number"),
        Cell(text("whatif.move"), "number"),
        Cell(text("league.interval"), "wide"),
        Cell(text("whatif.score.tried"), "number"),
        Cell(text("whatif.score.real"), "number"),
        Cell(text("whatif.grade.tried"), "wide"),
        Cell(text("whatif.grade.real"), "wide"),
    ]
    html_table(header, [("", _row(view, row, tried[row["division_code"]], grades)) for row in ordered])


def _row(view: View, row: Row, one: Standing, grades: dict[str, str]) -> list[Cell]:
    language = view.language
    up = row["rank"] - one.rank if row["rank"] and one.rank else 0
    arrow = f"{'↑' if up > 0 else '↓'}{formatting.count(abs(up), language)}" if up else ""
    style = "number met" if up > 0 else "number not_met"
    beyond = fragments.coloured("not_met", text("whatif.beyond")) if up and _is_beyond(row, one) else ""
    return [
        Cell(formatting.count(one.rank, language), "number"),
        Cell(row["division_name"], "sticky", href=view.link("township", division=row["division_code"])),
        Cell(formatting.count(row["rank"], language), "number small"),
        Cell(arrow, style),
        Cell(standing.bar(row, one.rank) + beyond, "narrow wide"),
        Cell(formatting.score(one.score if one.is_assessed else None, language), "number"),
        Cell(formatting.score(row["score"] if row["is_assessed"] else None, language), "number small"),
        Cell(grades.get(one.grade or "", ""), "wide"),
        Cell(row["grade_name"] or "", "wide small"),
    ]


def beside(row: Row, one: Standing) -> Row:
    """A row of the ranking with the place and the score tried, to be taken away."""
    return row | {"tried_rank": one.rank, "tried_score": one.score if one.is_assessed else None}
