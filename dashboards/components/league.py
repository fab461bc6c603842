"""The league table: rank with its interval and tier, score as a bar of contributions, grade, and the change."""

from __future__ import annotations

from dashboards import formatting
from dashboards.components import standing
from dashboards.components.tables import Cell, html_table
from dashboards.edition import Row
from dashboards.markup import Markup, fragments, macros
from dashboards.view import View, text

_HTML = macros("league")

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


def bar_key() -> Markup:
    """What the bars and their tints mean."""
    items = [*((shade, text(f"domain.{domain}")) for domain, shade in SHADES.items()), ("lost", text("league.lost"))]
    return _HTML.key(items)


def _heading(view: View, ranking: list[Row], label: str, key: str, style: str, sort: str) -> Cell:
    if label == "interval" and ranking:
        first, last = (formatting.count(number, view.language) for number in (1, ranking[0]["assessed_count"]))
        return Cell(_HTML.scale(first, text("league.interval"), last), title=text("league.interval.title"))
    link = view.link(sort=key) if key else ""
    how = "\n".join([text("league.expected.title")] * (label == "expected") + [text("league.sort")] * bool(key))
    return Cell(text(f"league.{label}"), f"{style} {'sorted' if key and key == sort else ''}", how, link)


def _row(view: View, row: Row, contributions: list[Row]) -> list[Cell]:
    language = view.language
    card = view.link("township", division=row["division_code"], indicator=None)
    rank = formatting.count(row["rank"], language)
    grade = text("league.vetoed", grade=row["grade_name"]) if row["is_vetoed"] else row["grade_name"] or ""
    sure = "\n".join(standing.robustness(row, language))
    place = fragments.dashed(rank, row["is_provisional"])
    named = standing.named(row, language)
    said = _HTML.pair(standing.bar(row), standing.said(row, language))
    return [
        Cell(place, "number", text("mark.provisional") if row["is_provisional"] else ""),
        Cell(named, "sticky", text("league.open"), card),
        Cell(said, "said", sure),
        Cell(standing.tier(row, language), {"front": "met", "rear": "not_met"}.get(row["tier"], "")),
        Cell(_bar(language, row, contributions), "short-bar wide"),
        Cell(formatting.score(row["score"], language) if row["is_assessed"] else text("league.not_assessed"), "number"),
        Cell(formatting.change(row["above_expected"], language), "number small", standing.expected(row, language)),
        Cell(grade if row["is_assessed"] else "", f"wide {'short' if row['is_vetoed'] else ''}"),
        Cell(_change(language, row), "change", _previous(language, row)),
    ]


def _bar(language: str, row: Row, contributions: list[Row]) -> str:
    if not row["is_assessed"]:
        return ""
    segments = [(SHADES[part["domain"]], part["contribution"], _points(language, part)) for part in contributions]
    return _HTML.bar(segments, text("league.lost"))


def _points(language: str, part: Row) -> str:
    points = formatting.points(part["contribution"], language)
    return text("league.part", domain=text(f"domain.{part['domain']}"), points=points)


def _change(language: str, row: Row) -> Markup:
    trend = standing.trend(row)
    if row["score_change"] is None:
        return _HTML.no_change(formatting.ABSENT, trend)
    arrow = {True: "↑", False: "↓"}.get(row["rank_change"] > 0 if row["rank_change"] else None, "")
    places = f"{arrow}{abs(row['rank_change'])}" if arrow else ""
    return _HTML.change(formatting.change(row["score_change"], language), places, trend)


def _previous(language: str, row: Row) -> str:
    if row["previous_rank"] is None:
        return text("league.no_previous")
    return text("league.previous", rank=row["previous_rank"], score=formatting.score(row["previous_score"], language))
