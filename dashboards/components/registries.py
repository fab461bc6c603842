"""The two registries against each other, honestly: what agrees, what does not, and how little that proves."""

from __future__ import annotations

from dashboards import formatting
from dashboards.components import bars
from dashboards.components.tables import Cell, html_table, title
from dashboards.edition import Row
from dashboards.view import View, text

PARTS = {"both_equal": "shade1", "both_different": "shade4", "only_gpl": "shade3", "only_padis": "shade5"}
_COLUMNS = ("division", "bar", *PARTS, "coverage", "keyless")


def sentence(view: View, whole: Row | None, month: str) -> str:
    if whole is None or not whole["persons"]:
        return text("registries.sentence.none", month=month)
    numbers = {name: formatting.count(whole[name], view.language) for name in (*PARTS, "persons")}
    share = formatting.rate(whole["both_equal"], whole["persons"], view.language)
    return text("registries.sentence", month=month, division=whole["division_name"], share=share, **numbers)


def draw(view: View, rows: list[Row], differences: list[Row]) -> None:
    """A row per township, the whole first; then in which field they differ."""
    if not rows:
        return
    whole = rows[0]
    fields = [
        text(
            "registries.field", field=text(f"field.{one['field']}"), count=formatting.count(one["cases"], view.language)
        )
        for one in differences
    ]
    finding = (
        text("registries.title", field=text(f"field.{differences[0]['field']}"))
        if differences
        else text("registries.title.equal")
    )
    note = (
        text("registries.note", fields=formatting.listing(fields, view.language))
        if fields
        else text("registries.note.equal")
    )
    title(finding, note)
    html_table(
        [Cell(text(f"registries.{label}"), _style(label), text(f"registries.{label}.title")) for label in _COLUMNS],
        [("chosen" if row["division_code"] == view.division_code else "", _row(view, row)) for row in rows],
    )
    title(text("registries.caveat.title"), caveat(view, whole))


def _style(label: str) -> str:
    return "sticky" if label == "division" else "wide" if label == "bar" else "number"


def _row(view: View, row: Row) -> list[Cell]:
    language = view.language
    parts = [
        (shade, row[name], f"{text(f'registries.{name}')} {row[name]}") for name, shade in PARTS.items() if row[name]
    ]
    coverage = formatting.share(row["coverage_estimate"], language)
    link = view.link("township", division=row["division_code"], indicator="registry_consistency") + "#cases"
    dashed = "provisional" if row["is_provisional"] else ""
    return [
        Cell(
            row["division_name"],
            "sticky sorted" if row["level"] != "township" else "sticky",
            href=link if row["level"] == "township" else "",
        ),
        Cell(bars.stacked(parts), f"full wide {dashed}"),
        *(Cell(formatting.count(row[name], language), "number") for name in PARTS),
        Cell(coverage, "number", text("registries.coverage.title")),
        Cell(formatting.rate(row["keyless"], row["rows_total"], language), "number small"),
    ]


def caveat(view: View, whole: Row) -> str:
    """What the estimate is, and what it is not."""
    keyless = formatting.rate(whole["keyless"], whole["rows_total"], view.language)
    if whole["chapman_total"] is None:
        return text("registries.caveat.too_few", keyless=keyless)
    total = formatting.count(int(whole["chapman_total"]), view.language)
    coverage = formatting.share(whole["coverage_estimate"], view.language)
    return text("registries.caveat", total=total, coverage=coverage, keyless=keyless)
