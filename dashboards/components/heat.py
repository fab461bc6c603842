"""Every township against every indicator with a target: one glyph each, which leads to its missed cases."""

from __future__ import annotations

from dashboards import formatting
from dashboards.components import marks
from dashboards.components.tables import Cell, html_table
from dashboards.edition import Row
from dashboards.view import View, text

# What the league table sorts by that is no indicator.
DIFFERENCES = {"change": "score_change", "above_expected": "above_expected"}
Cells = dict[tuple[str, str], Row]


def by_cell(results: list[Row]) -> Cells:
    return {(result["division_code"], result["indicator_code"]): result for result in results}


def ordered(ranking: list[Row], cells: Cells, sort: str) -> list[Row]:
    """By rank (as given), a change of score, or an indicator's value, the largest first and what has none last."""
    if sort in ("rank", "score", ""):
        return ranking

    def worth(row: Row) -> float | None:
        if sort in DIFFERENCES:
            return row[DIFFERENCES[sort]]
        return (cells.get((row["division_code"], sort)) or {}).get("value")

    return sorted(ranking, key=lambda row: (worth(row) is None, -(worth(row) or 0)))


def draw(view: View, ranking: list[Row], cells: Cells, indicators: list[Row], sort: str) -> None:
    """`indicators`: those with a target, in catalogue order; `ranking` in the order to be shown."""
    upright = "upright latin" if view.language == "en" else "upright"
    header = [Cell(text("league.rank"), "number"), Cell(text("league.division"), "sticky")]
    header += [
        Cell(
            indicator["indicator_name"],
            f"{upright} {'sorted' if indicator['indicator_code'] == sort else ''}",
            f"{indicator['definition']}\n{text('league.sort')}",
            view.link(sort=indicator["indicator_code"]),
        )
        for indicator in indicators
    ]
    html_table(
        header,
        [
            (
                "chosen" if row["division_code"] == view.division_code else "",
                [
                    Cell(formatting.count(row["rank"], view.language), "number"),
                    Cell(
                        row["division_name"],
                        "sticky",
                        text("league.open"),
                        view.link("township", division=row["division_code"], indicator=None),
                    ),
                    *(_heat(view, row, indicator, cells) for indicator in indicators),
                ],
            )
            for row in ranking
        ],
    )


def _heat(view: View, row: Row, indicator: Row, cells: Cells) -> Cell:
    result = cells.get((row["division_code"], indicator["indicator_code"]))
    dashed = " provisional" if result and result["is_provisional"] else ""
    label = f"{row['division_name']} · {indicator['indicator_name']}\n{marks.explanation(result, view.language)}"
    link = view.link("township", division=row["division_code"], indicator=indicator["indicator_code"]) + "#cases"
    glyph = marks.glyph(result) + marks.crossing(result)
    return Cell(glyph, f"heat {marks.colour(result)}{dashed}", label, link if result else "")
