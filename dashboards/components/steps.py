"""What it would take: by indicator the points, the cases they hang on, what can still be met and until when."""

from __future__ import annotations

from dashboards import formatting, queries
from dashboards.components.tables import Cell, html_table, title
from dashboards.edition import Edition, Row
from dashboards.view import View, text

COLUMNS = {
    "indicator": "sticky",
    "points": "number",
    "missed": "number",
    "per_case": "number",
    "to_target": "number",
    "can_still": "number",
    "until": "",
    "lost": "number",
}


def draw(edition: Edition, view: View, division_code: str, indicators: list[Row]) -> list[Row]:
    """Of a township, whose `indicators` are given; returns the steps, to be taken away."""
    steps = queries.township.next_steps(edition, view.language, view.kind, view.start, division_code)
    key = (view.kind, view.start, view.parent_code, division_code)
    goal = queries.township.next_goal(edition, view.language, *key)
    undelivered = [one for one in indicators if one["verdict"] == "not_delivered"]
    worth = [step for step in steps if step["points_to_target"] or step["cases_to_target"] or step["pending"]]
    if not worth and not undelivered:
        title(text("steps.none"), anchor="steps")
        return steps
    title(_finding(view, goal, [*undelivered, *worth]), text("steps.note"), anchor="steps")
    header = [Cell(text(f"steps.{name}"), style, text(f"steps.{name}.title")) for name, style in COLUMNS.items()]
    rows = [("", _undelivered(view, one)) for one in undelivered] + [("", _step(view, step)) for step in worth]
    html_table(header, rows)
    return steps


def _finding(view: View, goal: Row | None, parts: list[Row]) -> str:
    """How far to the next grade and the next rank that chance does not explain; else what would bring most."""
    found = []
    if goal and goal["points_to_grade"] is not None:
        points = formatting.points(goal["points_to_grade"], view.language)
        found.append(text("steps.grade", grade=goal["grade_name"], points=points))
    if goal and goal["points_to_rank"] is not None:
        rank, points = goal["next_rank"], formatting.points(goal["points_to_rank"], view.language)
        found.append(text("steps.rank", rank=formatting.count(rank, view.language), points=points))
    said = formatting.clauses(found or [text("steps.most", indicator=parts[0]["indicator_name"])], view.language)
    return text("steps.title", said=said)


def _undelivered(view: View, one: Row) -> list[Cell]:
    """Not a case is known: the whole indicator hangs on the delivery."""
    points = formatting.points(one["lost"], view.language) if one["lost"] is not None else ""
    link = view.link("data", indicator=None)
    return [
        Cell(one["indicator_name"], "sticky", one["definition"], link),
        Cell(points, "number"),
        Cell(text("steps.deliver"), "not_met", span=len(COLUMNS) - 2),
    ]


def _step(view: View, step: Row) -> list[Cell]:
    language = view.language
    link = view.link(indicator=step["indicator_code"]) + "#cases"
    open_link = view.link("open", indicator=step["indicator_code"]) if step["pending"] else ""
    return [
        Cell(step["indicator_name"], "sticky", text("card.cases.open"), link),
        Cell(formatting.points(step["points_to_target"], language) if step["points_to_target"] else "", "number"),
        Cell(formatting.cases(step["missed"], step["denominator"], language), "number small"),
        Cell(_per_case(step, language), "number small"),
        Cell(formatting.count(step["cases_to_target"], language) if step["cases_to_target"] else "", "number"),
        Cell(
            formatting.count(step["can_still_meet"], language) if step["can_still_meet"] else "",
            "number",
            _enough(step, language),
            open_link,
        ),
        Cell(formatting.date(step["latest_due_at"], language) if step["latest_due_at"] else "", "small"),
        Cell(formatting.count(step["lost_for_good"], language) if step["lost_for_good"] else "", "number small"),
    ]


def _per_case(step: Row, language: str) -> str:
    """Below the floor one case more brings nothing yet; outside the score nothing at all."""
    if step["points_per_case"] is None or not step["missed"]:
        return ""
    return formatting.points(step["points_per_case"], language)


def _enough(step: Row, language: str) -> str:
    """Whether what is still open would do for the target."""
    if not step["can_still_meet"]:
        return ""
    if step["open_to_target"] is None:
        return text("steps.out_of_reach")
    return text("steps.within_reach", count=formatting.count(step["open_to_target"], language))
