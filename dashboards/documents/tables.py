"""The tables of the bulletin's annexes: rows of facts as cells of text, cut towards 100 as on the pages."""

from __future__ import annotations

import datetime as dt
import json

from dashboards import formatting
from dashboards.components import marks
from dashboards.documents.document import Cell, Column, Table
from dashboards.documents.facts import Facts
from dashboards.documents.words import Words
from dashboards.edition import Row
from dashboards.theme import CHANGE_GLYPHS

UNITS_ACROSS = 16
TIER_STATES = {"front": "met", "rear": "not_met"}
TREND_STATES = {"improved": "met", "worsened": "not_met"}


def verdict(row: Row | None, words: Words) -> str:
    """The state of a result in words."""
    name = marks.state(row)
    if name == "cannot_tell":
        name = "cannot_tell.reached" if row["is_reached"] else "cannot_tell.short"
    return words("state.serious" if name == "not_met" and row["is_serious"] else f"state.{name}")


def ranking(facts: Facts, words: Words, caption: str) -> Table:
    language = facts.language
    columns = _columns(
        words,
        *(("rank", 8.5, "R"), ("division", 17, "L"), ("score", 9, "R"), ("grade", 13, "L"), ("interval", 9.5, "R")),
        *(("tier", 10, "L"), ("change", 10.5, "R"), ("trend", 18, "L"), ("previous", 9.5, "R")),
    )
    rows = []
    for row in facts.ranking:
        name = Cell(row["division_name"])
        if not row["is_assessed"]:
            rows.append([Cell(formatting.ABSENT), name, Cell(formatting.ABSENT), Cell(words("cell.unassessed")),
                         *[Cell(formatting.ABSENT)] * 5])  # fmt: skip
            continue
        grade = row["grade_name"] or formatting.ABSENT
        low, high = (row[f"rank_{end}"] for end in ("low", "high"))
        interval = (
            formatting.ABSENT if low is None else words("cell.range", low=words.count(low), high=words.count(high))
        )
        trend = row["score_trend"]
        moved = f"{CHANGE_GLYPHS[trend]} {words(f'trend.{trend}')}" if trend else formatting.ABSENT
        rows.append([
            Cell(words.count(row["rank"]), is_provisional=row["is_provisional"]),
            name,
            Cell(formatting.score(row["score"], language)),
            Cell(words("cell.vetoed", grade=grade) if row["is_vetoed"] else grade, "short" if row["is_vetoed"] else ""),
            Cell(interval),
            Cell(words(f"tier.{row['tier']}") if row["tier"] else formatting.ABSENT, TIER_STATES.get(row["tier"], "")),
            Cell(formatting.change(row["score_change"], language)),
            Cell(moved, TREND_STATES.get(trend, "")),
            Cell(formatting.count(row["previous_rank"], language)),
        ])  # fmt: skip
    return Table(caption, columns, rows)


def indicators(facts: Facts, words: Words, caption: str) -> Table:
    """The parent's own results, numbered as the catalogue is."""
    columns = _columns(
        words,
        *(("number", 6, "R"), ("indicator", 26, "L"), ("target", 10, "R"), ("rate", 10, "R"), ("cases", 17, "R")),
        *(("verdict", 21, "L"), ("reached_by", 11, "R")),
    )
    rows = []
    for row in facts.indicators:
        reached = words("cell.of", count=words.count(row["reached"]), total=words.count(row["held"]))
        rows.append([
            Cell(words.count(row["position"])),
            Cell(row["indicator_name"]),
            Cell(formatting.share(row["target_value"], facts.language)),
            Cell(words.rate(row), is_provisional=bool(row["is_provisional"])),
            Cell(words.cases(row)),
            Cell(f"{marks.glyph(row)} {verdict(row, words)}", marks.colour(row)),
            Cell(reached if row["held"] else formatting.ABSENT),
        ])  # fmt: skip
    return Table(caption, columns, rows)


def matrix(facts: Facts, words: Words, captions: list[str]) -> list[Table]:
    """Indicators down, units across in the order of rank; with very many units one table after the other."""
    results = {(row["indicator_code"], row["division_code"]): row for row in facts.results}
    tables = []
    for part, caption in enumerate(captions):
        units = facts.ranking[part * UNITS_ACROSS :][:UNITS_ACROSS]
        columns = [*_columns(words, ("indicator", 30, "L")), *(Column(one["division_name"], 10, "C") for one in units)]
        rows = [
            [Cell(one["indicator_name"])]
            + [_result(results.get((one["indicator_code"], unit["division_code"])), facts.language) for unit in units]
            for one in facts.indicators
        ]
        tables.append(Table(caption, columns, rows, is_dense=True))
    return tables


def slow(facts: Facts, words: Words, caption: str) -> Table:
    """The evidence of every entry: the months missed with their cases, and why the last one is no chance."""
    columns = _columns(
        words,
        *(("division", 9, "L"), ("indicator", 18, "L"), ("target", 7, "R"), ("months", 50, "L")),
        *(("favourable", 9, "R"), ("tolerance", 7, "R")),
    )
    rows = []
    for entry in facts.slow:
        looked_at = json.loads(entry["evidence"])
        last = looked_at[-1]
        rows.append([
            Cell(entry["division_name"]),
            Cell(entry["indicator_name"]),
            Cell(formatting.share(last["target_value"], facts.language)),
            Cell(formatting.listing(missed_months(looked_at, words), facts.language)),
            Cell(formatting.share(last["ci_high"], facts.language)),
            Cell(formatting.share(last["tolerance_value"], facts.language)),
        ])  # fmt: skip
    return Table(caption, columns, rows, is_dense=True)


def missed_months(looked_at: list[Row], words: Words) -> list[str]:
    return [
        words(
            "slow.month",
            month=formatting.short_month(dt.date.fromisoformat(month["period_start"]), words.language),
            cases=words.cases(month),
        )
        for month in looked_at
        if not month["is_reached"]
    ]


def _result(row: Row | None, language: str) -> Cell:
    if row is None or not row["denominator"]:
        return Cell(marks.glyph(row), marks.colour(row), bool(row and row["is_provisional"]))
    rate = formatting.rate(row["numerator"], row["denominator"], language).removesuffix("%")
    return Cell(f"{marks.glyph(row)} {rate}", marks.colour(row), row["is_provisional"])


def _columns(words: Words, *named: tuple[str, float, str]) -> list[Column]:
    return [Column(words(f"column.{name}"), width, align) for name, width, align in named]
