"""What is to be expected: how often the target was reached, next month's chance, and what the year still needs."""

from __future__ import annotations

from dashboards import formatting
from dashboards.components.tables import Cell, html_table, title
from dashboards.edition import Row
from dashboards.view import View, counted, text

_STYLES = {"reliable": "met", "unlikely": "not_met"}
_COLUMNS = ("name", "capability", "reached", "next", "year", "required")


def draw(view: View, rows: list[Row], order: list[str], *, by: str) -> None:
    """A row per `by`, which is division or indicator, in the `order` of their codes; its name leads to its charts."""
    found, names = {row[f"{by}_code"]: row for row in rows}, f"{by}_name"
    rows = [found[code] for code in order if code in found]
    if not rows:
        title(text("outlook.none"))
        return
    out_of_reach = [row[names] for row in rows if row["is_out_of_reach"]]
    unlikely = [row[names] for row in rows if row["capability"] == "unlikely"]
    if out_of_reach:
        finding = counted(
            "outlook.title.out_of_reach", len(out_of_reach), names=formatting.some(out_of_reach, view.language)
        )
    elif unlikely:
        finding = counted("outlook.title.unlikely", len(unlikely), names=formatting.some(unlikely, view.language))
    else:
        finding = text("outlook.title")
    title(finding, text("outlook.note"))
    header = [
        Cell(text(f"outlook.{label}"), "number" if label in ("reached", "next", "year") else "") for label in _COLUMNS
    ]
    html_table(header, [("", _row(view, row, by)) for row in rows])


def _row(view: View, row: Row, by: str) -> list[Cell]:
    language, capability = view.language, row["capability"]
    months = formatting.cases(row["months_reached"], row["months_counted"], language)
    chance = row["next_month_probability"]
    year = formatting.cases(row["ytd_numerator"], row["ytd_denominator"], language)
    rate = formatting.rate(row["ytd_numerator"], row["ytd_denominator"], language)
    return [
        Cell(row[f"{by}_name"], "sticky", href=view.link(**{"division": None, by: row[f"{by}_code"]})),
        Cell(text(f"capability.{capability or 'unknown'}"), _STYLES.get(capability, "small")),
        Cell(months, "number small"),
        Cell(formatting.share(chance, language) if chance is not None else "", "number"),
        Cell(f"{rate} ({year})" if row["ytd_denominator"] else "", "number small"),
        Cell(needed(row, language), "not_met fold" if row["is_out_of_reach"] else "fold"),
    ]


def needed(row: Row, language: str) -> str:
    """What the rest of the year needs, in words."""
    if row["required_rate"] is None:
        return formatting.ABSENT
    if row["is_out_of_reach"]:
        return text("outlook.required.out_of_reach")
    if row["required_rate"] <= 0:
        return text("outlook.required.safe")
    return text("outlook.required.rate", rate=formatting.share_needed(row["required_rate"], language))
