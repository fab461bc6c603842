"""The native charts of the workbook, over the cells beside them; told apart in grey by pattern as well as by colour."""

from __future__ import annotations

from typing import Any

from dashboards.documents.xlsx_sheets import Book

SHADES = ("#C65F12", "#E39A5F", "#F3C9A0")
# Met, reached and short without certainty, not met, far from met, not delivered.
VERDICTS = (
    ("#A9C8E8", None),
    ("#DBE8F5", "dotted_grid"),
    ("#FBEEE2", "dotted_grid"),
    ("#F3C9A0", "wide_upward_diagonal"),
    ("#C65F12", None),
    ("#8A8F98", None),
)
ROW = 22  # pixels


def scores_chart(book: Book, sheet: Any, top: int, rows: int, parts: int, title: str) -> None:
    """What each unit lost its points on: the columns after the first."""
    chart = _chart(book, sheet, top, rows, [({"fill": {"color": shade}}) for shade in SHADES[:parts]], title)
    chart.set_x_axis({"min": 0, "major_gridlines": {"visible": False}})
    _insert(sheet, chart, top, parts + 3, rows, title)


def verdicts_chart(book: Book, sheet: Any, top: int, rows: int, title: str) -> None:
    """How many units stand where, for each indicator."""
    looks = []
    for colour, pattern in VERDICTS:
        fill = {"pattern": {"pattern": pattern, "fg_color": "#5C626B", "bg_color": colour}} if pattern else None
        looks.append(fill or {"fill": {"color": colour}})
    chart = _chart(book, sheet, top, rows, looks, title)
    chart.set_x_axis({"min": 0, "major_gridlines": {"visible": False}, "num_format": "0"})
    _insert(sheet, chart, top + rows + 2, 0, rows, title)


def _chart(book: Book, sheet: Any, top: int, rows: int, looks: list[dict], title: str) -> Any:
    chart: Any = book.workbook.add_chart({"type": "bar", "subtype": "stacked"})
    for place, look in enumerate(looks, start=1):
        chart.add_series({
            "name": [sheet.name, top, place],
            "categories": [sheet.name, top + 1, 0, top + rows, 0],
            "values": [sheet.name, top + 1, place, top + rows, place],
            "border": {"color": "#FFFFFF", "width": 0.75},
            "gap": 40,
            **look,
        })  # fmt: skip
    chart.set_title({"name": title, "name_font": {"size": 12}, "overlay": False})
    chart.set_y_axis({"reverse": True, "major_gridlines": {"visible": False}, "line": {"none": True}})
    chart.set_legend({"position": "bottom"})
    return chart


def _insert(sheet: Any, chart: Any, row: int, column: int, rows: int, title: str) -> None:
    chart.set_size({"width": 760, "height": max(240, rows * ROW + 130)})
    sheet.insert_chart(row, column, chart, {"description": title, "object_position": 2})
