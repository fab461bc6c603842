"""The league table: rank, score as a bar of contributions, grade, change, and every indicator against its target."""

from __future__ import annotations

from html import escape

from dashboards import formatting
from dashboards.components import marks
from dashboards.components.tables import Cell, html_table
from dashboards.edition import Row
from dashboards.view import View, text

SHADES = {"information": "shade1", "exchange": "shade2", "service": "shade3"}


def draw(
    view: View, ranking: list[Row], domains: list[Row], results: list[Row], indicators: list[Row], sort: str
) -> None:
    """`domains`: contributions by division and domain; `indicators`: those with a target, in catalogue order."""
    by_cell = {(result["division_code"], result["indicator_code"]): result for result in results}
    html_table(
        _header(view, indicators, sort),
        [
            (
                "chosen" if row["division_code"] == view.division_code else "",
                _row(view, row, [part for part in domains if part["division_code"] == row["division_code"]])
                + [_heat(view, row, indicator, by_cell) for indicator in indicators],
            )
            for row in _sorted(ranking, by_cell, sort)
        ],
    )


def bar_key() -> str:
    """What the shades of the score bar mean, as HTML."""
    items = [(f"bar {shade}", text(f"domain.{domain}")) for domain, shade in SHADES.items()] + [
        ("bar lost", text("league.lost"))
    ]
    spans = "".join(
        f'<span class="item"><span class="bar key" style="display:inline-flex;min-width:0"><span class="{style[4:]}" '
        f'style="width:100%"></span></span>{escape(label)}</span>'
        for style, label in items
    )
    return f'<div class="sb legend sb-note">{spans}</div>'


def _header(view: View, indicators: list[Row], sort: str) -> list[Cell]:
    upright = "upright latin" if view.language == "en" else "upright"
    fixed = [("rank", "number"), (None, "sticky"), (None, ""), ("score", "number"), (None, ""), ("change", "number")]
    labels = ("rank", "division", "bar", "score", "grade", "change")
    cells = [
        Cell(
            text(f"league.{label}"),
            f"{style} {'sorted' if key == sort else ''}",
            text("league.sort") if key else "",
            view.link(sort=key) if key else "",
        )
        for label, (key, style) in zip(labels, fixed, strict=True)
    ]
    return cells + [
        Cell(
            indicator["indicator_name"],
            f"{upright} {'sorted' if indicator['indicator_code'] == sort else ''}",
            f"{indicator['definition']}\n{text('league.sort')}",
            view.link(sort=indicator["indicator_code"]),
        )
        for indicator in indicators
    ]


def _row(view: View, row: Row, parts: list[Row]) -> list[Cell]:
    language, card = view.language, view.link(division=row["division_code"], indicator=None)
    dashed = "provisional" if row["is_provisional"] else ""
    rank = formatting.count(row["rank"], language)
    grade = text("league.vetoed", grade=row["grade_name"]) if row["is_vetoed"] else row["grade_name"] or ""
    return [
        Cell(style="number", html=f'<span class="{dashed}">&nbsp;{rank}&nbsp;</span>', title=_provisional(row)),
        Cell(row["division_name"], "sticky", text("league.open"), card),
        Cell(style="full", html=_bar(language, row, parts)),
        Cell(formatting.score(row["score"], language) if row["is_assessed"] else text("league.not_assessed"), "number"),
        Cell(grade if row["is_assessed"] else "", "short" if row["is_vetoed"] else ""),
        Cell(style="number", html=_change(language, row), title=_previous(language, row)),
    ]


def _bar(language: str, row: Row, parts: list[Row]) -> str:
    if not row["is_assessed"]:
        return ""
    spans = "".join(_segment(language, part) for part in parts)
    return (
        f'<div class="bar">{spans}<span class="lost" style="flex:1" title="{escape(text("league.lost"))}"></span></div>'
    )


def _segment(language: str, part: Row) -> str:
    points = formatting.points(part["contribution"], language)
    label = text("league.part", domain=text(f"domain.{part['domain']}"), points=points)
    return (
        f'<span class="{SHADES[part["domain"]]}" style="width:{part["contribution"]}%" title="{escape(label)}"></span>'
    )


def _change(language: str, row: Row) -> str:
    if row["score_change"] is None:
        return formatting.ABSENT
    arrow = {True: "↑", False: "↓"}.get(row["rank_change"] > 0 if row["rank_change"] else None, "")
    places = f'<span class="small"> {arrow}{abs(row["rank_change"])}</span>' if arrow else ""
    return f"{formatting.change(row['score_change'], language)}{places}"


def _previous(language: str, row: Row) -> str:
    if row["previous_rank"] is None:
        return text("league.no_previous")
    return text("league.previous", rank=row["previous_rank"], score=formatting.score(row["previous_score"], language))


def _provisional(row: Row) -> str:
    return text("mark.provisional") if row["is_provisional"] else ""


def _heat(view: View, row: Row, indicator: Row, by_cell: dict) -> Cell:
    result = by_cell.get((row["division_code"], indicator["indicator_code"]))
    dashed = " provisional" if result and result["is_provisional"] else ""
    label = f"{row['division_name']} · {indicator['indicator_name']}\n{marks.explanation(result, view.language)}"
    link = view.link(division=row["division_code"], indicator=indicator["indicator_code"])
    return Cell(marks.glyph(result), f"heat {marks.colour(result)}{dashed}", label, link if result else "")


def _sorted(ranking: list[Row], by_cell: dict, sort: str) -> list[Row]:
    """By rank (as given), score change, or an indicator's value, the largest first and what has none last."""
    if sort in ("rank", "score", ""):
        return ranking

    def worth(row: Row) -> float | None:
        return (
            row["score_change"] if sort == "change" else (by_cell.get((row["division_code"], sort)) or {}).get("value")
        )

    return sorted(ranking, key=lambda row: (worth(row) is None, -(worth(row) or 0)))
