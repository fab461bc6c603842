"""What a chart's signal means, in the words of a county leader: what happened, good or bad, what to do."""

from __future__ import annotations

import streamlit as st

from dashboards import formatting
from dashboards.components import marks
from dashboards.components.tables import Cell, html_table, title
from dashboards.edition import Row
from dashboards.markup import fragments
from dashboards.theme import SIGNAL_GLYPHS
from dashboards.view import View, counted, text

SCORE = "score"
_STYLES = {"improvement": "met", "concern": "not_met"}


def figure(point: Row, language: str) -> str:
    """`96.2%`; a score in points."""
    if point["indicator_code"] == SCORE:
        return text("signal.score", score=formatting.score(point["value"], language))
    return formatting.rate(point["numerator"], point["denominator"], language)


def value(point: Row, language: str) -> str:
    """`96.2% (350/364)`; a score in points."""
    if point["indicator_code"] == SCORE:
        return figure(point, language)
    return f"{figure(point, language)} ({formatting.cases(point['numerator'], point['denominator'], language)})"


def happened(point: Row, language: str) -> str:
    """What the signal says of the month, without a verdict."""
    signal, is_good = point["signal"], point["signal_kind"] == "improvement"
    if signal == "clean_run":
        return text("signal.clean_run", count=formatting.count(point["cases_since_miss"], language))
    if signal == "outside" and point["chart"] == "exact":
        return text(f"signal.exact.{'up' if is_good else 'down'}")
    if signal == "outside":
        limit = point["upper" if is_good else "lower"]
        shown = (
            formatting.score(limit, language) if point["indicator_code"] == SCORE else formatting.share(limit, language)
        )
        return text(f"signal.outside.{'up' if is_good else 'down'}", limit=shown)
    return text(f"signal.{signal}.{'up' if is_good else 'down'}")


def hover(point: Row, language: str) -> str:
    """Everything behind one point, as the lines of a hover."""
    lines = [formatting.month(point["period_start"], language)]
    if point["indicator_code"] == SCORE:
        lines.append(
            text("signal.score_and_rank", score=formatting.score(point["value"], language), rank=point["rank"])
        )
        if point["is_provisional"]:
            lines.append(text("mark.provisional"))
    else:
        lines += marks.explanation(point, language).split("\n")
    if point["centre"] is not None:
        lines.append(text("signal.band", low=_limit(point, "lower", language), high=_limit(point, "upper", language)))
    if point["chart"] == "exact" and point["cases_since_miss"]:
        lines.append(since_miss(point, language))
    if point["signal"]:
        lines.append(f"{SIGNAL_GLYPHS[point['signal_kind']]} {happened(point, language)}")
    return "<br>".join(lines)


def alternative(points: list[Row], language: str) -> str:
    """The panel in words, for who cannot see it."""
    newest = points[-1]
    return f"{formatting.month(newest['period_start'], language)}: {value(newest, language)}"


def table(view: View, rows: list[Row], *, names: str) -> None:
    """The signals of the newest month with limits, and folded away the earlier ones. `names`: the column that names."""
    newest = [row for row in rows if row["is_newest"]]
    earlier = [row for row in rows if not row["is_newest"]]
    if newest:
        _table(view, newest, names)
    if earlier:
        with st.expander(counted("signal.earlier", len(earlier)), key="earlier"):
            _table(view, earlier, names)


def statement(view: View, alarms: Row) -> str:
    """How many signals chance alone would give on this page of charts."""
    if not alarms["charts"]:
        return text("signal.no_limits")
    return text(
        "signal.false_alarms",
        charts=formatting.count(alarms["charts"], view.language),
        months=formatting.count(alarms["chart_months"], view.language),
        expected=formatting.points(alarms["expected"], view.language),
        signals=formatting.count(alarms["signals"], view.language),
    )


def heading(view: View, rows: list[Row], alarms: Row, names: str) -> None:
    """The finding: which signals the newest month with limits gave."""
    note = statement(view, alarms)
    newest = [row for row in rows if row["is_newest"]]
    if not alarms["charts"]:
        title(text("signal.title.no_limits"), note)
    elif not newest:
        title(text("signal.title.none"), note)
    else:
        shown = [
            text("signal.short", name=_name(row, names), kind=text(f"signal.kind.{row['signal_kind']}"))
            for row in newest
        ]
        month = formatting.month(newest[0]["period_start"], view.language)
        title(counted("signal.title", len(newest), month=month, signals=formatting.some(shown, view.language, 3)), note)


def _table(view: View, rows: list[Row], names: str) -> None:
    labels = ("month", "name", "value", "happened", "kind", "action")
    html_table(
        [Cell(text(f"signal.column.{label}"), "sticky" if label == "name" else "") for label in labels],
        [("", _row(view, row, names)) for row in rows],
    )


def _row(view: View, row: Row, names: str) -> list[Cell]:
    kind = row["signal_kind"]
    is_score = row["indicator_code"] == SCORE
    link = view.link("township", division=row["division_code"], indicator=None if is_score else row["indicator_code"],
                     period=f"{row['period_start']:%Y-%m}", kind="month")  # fmt: skip
    said = fragments.coloured(_STYLES[kind], f"{SIGNAL_GLYPHS[kind]} {text(f'signal.kind.{kind}')}")
    return [
        Cell(formatting.short_month(row["period_start"], view.language), "small"),
        Cell(_name(row, names), "sticky", text("league.open"), link),
        Cell(value(row, view.language), "number small"),
        Cell(happened(row, view.language), "fold"),
        Cell(said),
        Cell(text(f"signal.action.{kind}"), "fold small"),
    ]


def _name(row: Row, names: str) -> str:
    return row[names] or text("indicator.score")


def _limit(point: Row, name: str, language: str) -> str:
    if point["indicator_code"] == SCORE:
        return formatting.score(point[name], language)
    return formatting.share(point[name], language)


def since_miss(point: Row, language: str) -> str:
    """How many cases in a row there were without a miss, up to the month of `point`."""
    count, month = (
        formatting.count(point["cases_since_miss"], language),
        formatting.month(point["period_start"], language),
    )
    return text("signal.since_miss", count=count, month=month)
