"""The league table: rank with its interval and tier, score as a bar of contributions, grade, and the change."""

from __future__ import annotations

from html import escape

from dashboards import formatting
from dashboards.components import standing
from dashboards.components.tables import Cell, html_table
from dashboards.edition import Row
from dashboards.view import View, text

SHADES = {"information": "shade1", "exchange": "shade2", "service": "shade3"}
# Column, what it sorts by, its class. `wide` columns are left out on a phone.
COLUMNS = (
    ("rank", "rank", "number"),
    ("division", "", "sticky"),
    ("interval", "", ""),
    ("tier", "", ""),
    ("bar", "", "wide"),
    ("score", "score", "number"),
    ("expected", "above_expected", "number"),
    ("grade", "", "wide"),
    ("change", "change", "change"),
)


def draw(view: View, ranking: list[Row], domains: list[Row], sort: str) -> None:
    """`ranking` in the order to be shown; `domains`: contributions by division and domain."""
    html_table(
        [_heading(view, ranking, *column, sort) for column in COLUMNS],
        [
            (
                "chosen" if row["division_code"] == view.division_code else "",
                _row(view, row, [part for part in domains if part["division_code"] == row["division_code"]]),
            )
            for row in ranking
        ],
    )


def bar_key() -> str:
    """What the bars and their tints mean, as HTML."""
    items = [(f"bar {shade}", text(f"domain.{domain}")) for domain, shade in SHADES.items()] + [
        ("bar lost", text("league.lost"))
    ]
    spans = "".join(
        f'<span class="item"><span class="bar key" style="display:inline-flex;min-width:0"><span class="{style[4:]}" '
        f'style="width:100%"></span></span>{escape(label)}</span>'
        for style, label in items
    )
    return f'<div class="sb legend sb-note">{spans}</div>'


def _heading(view: View, ranking: list[Row], label: str, key: str, style: str, sort: str) -> Cell:
    if label == "interval" and ranking:
        first, last = (formatting.count(number, view.language) for number in (1, ranking[0]["assessed_count"]))
        name = escape(text("league.interval"))
        scale = f'<div class="scale"><span>{first}</span><span>{name}</span><span>{last}</span></div>'
        return Cell(html=scale, title=text("league.interval.title"))
    link = view.link(sort=key) if key else ""
    how = "\n".join([text("league.expected.title")] * (label == "expected") + [text("league.sort")] * bool(key))
    return Cell(text(f"league.{label}"), f"{style} {'sorted' if key and key == sort else ''}", how, link)


def _row(view: View, row: Row, parts: list[Row]) -> list[Cell]:
    language = view.language
    card = view.link("township", division=row["division_code"], indicator=None)
    dashed = "provisional" if row["is_provisional"] else ""
    rank = formatting.count(row["rank"], language)
    grade = text("league.vetoed", grade=row["grade_name"]) if row["is_vetoed"] else row["grade_name"] or ""
    sure = "\n".join(standing.robustness(row, language))
    words = f'<span class="small">{escape(standing.said(row, language))}</span>'
    place = f'<span class="{dashed}">&nbsp;{rank}&nbsp;</span>'
    named = escape(row["division_name"]) + standing.missing_note(row, language)
    return [
        Cell(style="number", html=place, title=text("mark.provisional") if dashed else ""),
        Cell(style="sticky", title=text("league.open"), href=card, html=named),
        Cell(style="said", html=f'<div class="pair">{standing.bar(row)}{words}</div>', title=sure),
        Cell(standing.tier(row, language), {"front": "met", "rear": "not_met"}.get(row["tier"], "")),
        Cell(style="short-bar wide", html=_bar(language, row, parts)),
        Cell(formatting.score(row["score"], language) if row["is_assessed"] else text("league.not_assessed"), "number"),
        Cell(formatting.change(row["above_expected"], language), "number small", standing.expected(row, language)),
        Cell(grade if row["is_assessed"] else "", f"wide {'short' if row['is_vetoed'] else ''}"),
        Cell(style="change", html=f"{_change(language, row)}{standing.trend(row)}", title=_previous(language, row)),
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
    return f'<span class="by">{formatting.change(row["score_change"], language)}{places}</span>'


def _previous(language: str, row: Row) -> str:
    if row["previous_rank"] is None:
        return text("league.no_previous")
    return text("league.previous", rank=row["previous_rank"], score=formatting.score(row["previous_score"], language))
