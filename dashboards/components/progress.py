"""Who improved most, and who is listed as slow: the second list beside the ranking, in words fit for the bulletin."""

from __future__ import annotations

import datetime as dt
import json
from itertools import groupby

import streamlit as st

from dashboards import formatting, queries
from dashboards.components import bars
from dashboards.components.tables import Cell, html_table, title
from dashboards.edition import Edition, Row
from dashboards.markup import Markup, fragments, macros
from dashboards.view import View, counted, text

_HTML = macros("progress")


def slow_sentence(view: View, entry: Row) -> str:
    """One entry with its evidence: what was missed when, and that it cannot be chance alone."""
    language, looked_at = view.language, json.loads(entry["evidence"])
    months = [
        text(
            "slow.month",
            month=formatting.short_month(dt.date.fromisoformat(month["period_start"]), language),
            cases=formatting.cases(month["numerator"], month["denominator"], language),
        )
        for month in looked_at
        if not month["is_reached"]
    ]
    numbers = {name: formatting.count(entry[f"months_{name}"], language) for name in ("missed", "counted")}
    listed = formatting.listing(months, language)
    parts = [text("slow.entry", indicator=entry["indicator_name"], months=listed, **numbers)]
    last = looked_at[-1]
    if last["is_serious"]:
        high, tolerance = (formatting.share(last[name], language) for name in ("ci_high", "tolerance_value"))
        parts.append(text("slow.serious", high=high, tolerance=tolerance))
    return formatting.clauses(parts, language)


def slow(view: View, entries: list[Row]) -> None:
    """The list of slow progress by township; a township unfolds to its indicators and their evidence."""
    month = formatting.month(view.last_month, view.language)
    by_division = [list(run) for _, run in groupby(entries, key=lambda entry: entry["division_code"])]
    if not by_division:
        title(text("slow.title.provisional" if view.is_provisional else "slow.title.none", month=month), anchor="slow")
        return
    title(
        counted("slow.title", len(by_division), month=month, entries=formatting.count(len(entries), view.language)),
        text("slow.note"),
        anchor="slow",
    )
    blocks = []
    for run in by_division:
        names = [entry["indicator_name"] for entry in run]
        summary = text(
            "slow.division",
            division=run[0]["division_name"],
            indicators=formatting.some(names, view.language),
        )
        is_open = run[0]["division_code"] == view.division_code
        blocks.append((summary, is_open, [_linked(view, entry) for entry in run]))
    st.html(_HTML.blocks(blocks))


def of_township(edition: Edition, view: View) -> None:
    """What the township of the view is listed for, and what is the county's own matter."""
    month = (edition, view.language, view.last_month, view.parent_code)
    if mine := [one for one in queries.league.slow_progress(*month) if one["division_code"] == view.division_code]:
        slow(view, mine)
    common(view, queries.league.common_causes(*month))


def common(view: View, causes: list[Row]) -> None:
    """What most townships miss: the county's own matter, apart from any township's. Nothing where there is none."""
    if not causes:
        return
    names = list(dict.fromkeys(row["indicator_name"] for row in causes))
    listed = formatting.some(names, view.language)
    title(counted("common.title", len(names), indicators=listed), text("common.note"), anchor="common")
    st.html(fragments.matters([_cause(view, row) for row in causes]))


def cause_sentence(view: View, row: Row) -> str:
    """How many townships miss it, and the county's own rate."""
    numbers = {name: formatting.count(row[name], view.language) for name in ("townships_listed", "townships_ranked")}
    rate = formatting.share(row["county_rate"], view.language)
    return text("common.entry", indicator=row["indicator_name"], rate=rate, **numbers)


def _cause(view: View, row: Row) -> Markup:
    href = view.link("trends", indicator=row["indicator_code"], division=None)
    return _HTML.linked(cause_sentence(view, row), href, text("common.open"))


def _linked(view: View, entry: Row) -> Markup:
    href = view.link("township", division=entry["division_code"], indicator=entry["indicator_code"]) + "#cases"
    return _HTML.linked(slow_sentence(view, entry), href, text("slow.cases"))


def improvement(view: View, rows: list[Row], order: str) -> None:
    """How much of last year's gap to the targets was closed, beside the rank; sorted by either."""
    moved = [row for row in rows if row["improvement"] is not None]
    if not moved:
        title(text("improvement.none"), text("improvement.note"), anchor="improvement")
        return
    best, finding = moved[0], text("improvement.title.nobody")
    if best["improvement"] > 0:
        gain = formatting.gain(best["improvement"], view.language)
        finding = text("improvement.title", division=best["division_name"], gain=gain)
    title(finding, text("improvement.note"), anchor="improvement")
    by_rank = order == "rank"
    if by_rank:
        rows = sorted(rows, key=lambda row: (row["rank"] is None, row["rank"]))
    html_table(
        [
            Cell(text("improvement.place"), f"number {'' if by_rank else 'sorted'}", text("league.sort"),
                 view.link(order=None) + "#improvement"),
            Cell(text("league.division"), "sticky"),
            Cell(text("improvement.gain"), "number"),
            Cell(text("improvement.bar")),
            Cell(text("league.rank"), f"number {'sorted' if by_rank else ''}", text("league.sort"),
                 view.link(order="rank") + "#improvement"),
        ],
        [("chosen" if row["division_code"] == view.division_code else "", _improvement_row(view, row)) for row in rows],
        full=False,
    )  # fmt: skip


def _improvement_row(view: View, row: Row) -> list[Cell]:
    card = view.link("township", division=row["division_code"], indicator=None)
    gain = row["improvement"]
    return [
        Cell(formatting.count(row["improvement_rank"], view.language), "number"),
        Cell(row["division_name"], "sticky", text("league.open"), card),
        Cell(text("improvement.ceiling") if row["is_at_ceiling"] else formatting.gain(gain, view.language), "number"),
        Cell(bars.two_sided(gain, 1)),
        Cell(formatting.count(row["rank"], view.language), "number small"),
    ]
