"""The tables of the bulletin's annexes: rows of facts as cells of text."""

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
STEPS_SHOWN = 2
TIER_STATES = {"front": "met", "rear": "not_met"}
TREND_STATES = {"improved": "met", "worsened": "not_met"}


def verdict(row: Row | None, words: Words) -> str:
    """The state of a result in words."""
    name = marks.state(row)
    if name == "cannot_tell":
        name = "cannot_tell.reached" if row and row["is_reached"] else "cannot_tell.short"
    return words("state.serious" if row and name == "not_met" and row["is_serious"] else f"state.{name}")


def ranking(facts: Facts, words: Words, caption: str) -> Table:
    language = facts.language
    columns = _columns(
        words,
        *(("rank", 5, "R"), ("division", 10, "L"), ("score", 7, "R"), ("expected", 9, "R"), ("difference", 8, "R")),
        *(("grade", 9, "L"), ("interval", 8, "R"), ("tier", 11, "L"), ("change", 8, "R"), ("trend", 14, "L")),
        *(("previous", 7, "R"), *([("silent", 24, "L")] if facts.silences else [])),
    )
    rows = []
    for row in facts.ranking:
        name = Cell(row["division_name"])
        still_to_come = [Cell(silent(facts, row, words))] if facts.silences else []
        if not row["is_assessed"]:
            absent = [Cell(formatting.ABSENT)]
            rows.append([*absent, name, *absent * 3, Cell(words("cell.unassessed")), *absent * 5, *still_to_come])
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
            Cell(words.score(row["score"])),
            Cell(words.score(row["expected_score"])),
            Cell(formatting.change(row["above_expected"], language)),
            Cell(words("cell.vetoed", grade=grade) if row["is_vetoed"] else grade, "short" if row["is_vetoed"] else ""),
            Cell(interval),
            Cell(tier(row, words), TIER_STATES.get(row["tier"], "")),
            Cell(formatting.change(row["score_change"], language)),
            Cell(moved, TREND_STATES.get(trend, "")),
            Cell(formatting.count(row["previous_rank"], language)),
            *still_to_come,
        ])  # fmt: skip
    return Table(caption, columns, rows, is_dense=True)


def silent(facts: Facts, row: Row, words: Words) -> str:
    """What of a unit's data is not delivered or still to come, by name; nothing if all are there."""
    parts = []
    for is_withheld in (True, False):
        owed = facts.silent(row["division_code"], is_withheld=is_withheld)
        if owed:
            names = words.sources(owed)
            parts.append(words("cell.withheld", names=names) if is_withheld else names)
    return formatting.clauses(parts, words.language)[:-1] if parts else ""


def tier(row: Row, words: Words) -> str:
    """An outer tier with its chance."""
    if not row["tier"]:
        return formatting.ABSENT
    name, chance = words(f"tier.{row['tier']}"), row.get(f"p_{row['tier']}")
    if chance is None:
        return name
    return words("cell.likely", tier=name, chance=formatting.chance(chance, words.language))


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
            Cell(words.target(row)),
            Cell(words.rate(row), is_provisional=bool(row["is_provisional"])),
            Cell(words.cases(row)),
            Cell(f"{marks.glyph(row)} {verdict(row, words)}", marks.colour(row)),
            Cell(reached if row["held"] else formatting.ABSENT),
        ])  # fmt: skip
    return Table(caption, columns, rows)


def windows(facts: Facts, words: Words) -> str:
    """Which indicators are judged over more than the period, and over which months; nothing if none is."""
    spans: dict[str, list[str]] = {}
    for row in facts.indicators:
        if row["judged_months"] > 1 and row["judged_from"]:
            spans.setdefault(words.window(row, facts.last_month), []).append(row["indicator_name"])
    return words.text(
        *(words("table.window.note", names=words.names(names), window=window) for window, names in spans.items())
    )


def matrix(facts: Facts, words: Words, captions: list[str]) -> list[Table]:
    """Indicators down, units across in the order of rank; with very many units one table after the other."""
    results = {(row["indicator_code"], row["division_code"]): row for row in facts.results}
    tables = []
    for part, caption in enumerate(captions):
        units = facts.ranking[part * UNITS_ACROSS :][:UNITS_ACROSS]
        columns = [*_columns(words, ("indicator", 38, "L")), *(Column(one["division_name"], 10, "C") for one in units)]
        rows = [
            [Cell(one["indicator_name"])]
            + [_result(results.get((one["indicator_code"], unit["division_code"])), words) for unit in units]
            for one in facts.indicators
        ]
        tables.append(Table(caption, columns, rows, is_dense=True))
    return tables


def goals(facts: Facts, words: Words, caption: str) -> Table:
    """Per ranked unit how far the next grade and the next rank are, and the indicators whose targets are worth most."""
    columns = _columns(
        words,
        *(("division", 12, "L"), ("next_grade", 14.5, "L"), ("next_rank", 14.5, "L")),
        *(("indicator", 27, "L"), ("cases_to_target", 8, "R"), ("points_to_target", 8, "R")),
    )
    if facts.running_month:
        month = formatting.month(facts.running_month, words.language)
        columns += [
            Column(words("column.can_still_meet.month", month=month), 11, "R"),
            *_columns(words, ("latest_due", 10, "L")),
        ]
    goals, rows = {row["division_code"]: row for row in facts.goals}, []
    for row in facts.ranked:
        goal = goals.get(row["division_code"], {})
        head = [
            Cell(row["division_name"]),
            Cell(_goal(goal.get("next_grade_name"), goal.get("points_to_grade"), words)),
            Cell(_goal(
                words("cell.rank", rank=words.count(goal["next_rank"])) if goal.get("next_rank") else None,
                goal.get("points_to_rank"), words,
            )),
        ]  # fmt: skip
        for place, step in enumerate(worthwhile(facts.steps_of(row["division_code"]))):
            rows.append([
                *(head if not place else [Cell("")] * len(head)),
                Cell(step["indicator_name"]),
                Cell(words.count(step["cases_to_target"])),
                Cell(formatting.points(step["points_to_target"], words.language)),
                *(_still(facts.still_open(row["division_code"], step["indicator_code"]), words)
                  if facts.running_month else []),
            ])  # fmt: skip
    return Table(caption, columns, rows, is_dense=True)


def worthwhile(steps: list[Row]) -> list[Row]:
    """Of a unit's steps those whose targets are worth most, and all that are worth as much as the last of them."""
    worth = [step for step in steps if step["points_to_target"]]
    least = worth[:STEPS_SHOWN][-1]["points_to_target"] if worth else 0
    return [step for step in worth if step["points_to_target"] >= least]


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
            Cell(words.target(last)),
            Cell(formatting.listing(missed_months(looked_at, words), facts.language)),
            Cell(formatting.share(last["ci_high"], facts.language, last["tolerance_value"])),
            Cell(formatting.share(last["tolerance_value"], facts.language, last["tolerance_value"])),
        ])  # fmt: skip
    return Table(caption, columns, rows, is_dense=True)


def methods(explained: list[tuple[str, str]], words: Words, caption: str) -> Table:
    """What is done, and how."""
    return Table(
        caption,
        _columns(words, ("topic", 16, "L"), ("text", 84, "L")),
        [[Cell(topic), Cell(text)] for topic, text in explained],
    )


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


def _result(row: Row | None, words: Words) -> Cell:
    """Glyph and rate; what is not assessed stands in brackets, where a dash would read as a minus sign."""
    name = marks.state(row)
    if row is None or name in ("not_delivered", "not_assessed") or not row["denominator"]:
        return Cell(marks.glyph(row), marks.colour(row), bool(row and row["is_provisional"]))
    rate = words.rate(row).removesuffix("%")
    said = words("cell.unassessable", figure=rate) if name == "not_applicable" else f"{marks.glyph(row)} {rate}"
    return Cell(said, marks.colour(row), row["is_provisional"])


def _still(step: Row | None, words: Words) -> list[Cell]:
    """How many cases can still be met, and until when."""
    until = step["latest_due_at"] if step else None
    return [
        Cell(words.count(step["can_still_meet"] if step else 0)),
        Cell(words.short_day(until) if until else formatting.ABSENT),
    ]


def _goal(name: str | None, points: float | None, words: Words) -> str:
    if not name or points is None:
        return formatting.ABSENT
    return words("cell.points", name=name, points=formatting.points(points, words.language))


def _columns(words: Words, *named: tuple[str, float, str]) -> list[Column]:
    return [Column(words(f"column.{name}"), width, align) for name, width, align in named]
