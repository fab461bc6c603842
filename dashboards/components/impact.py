"""What suspect rows may do to results: each as a range of the value, with the target it may cross."""

from __future__ import annotations

from dashboards import formatting
from dashboards.components.tables import Cell, html_table, title
from dashboards.edition import Row
from dashboards.markup import macros
from dashboards.theme import CROSSING_GLYPH
from dashboards.view import View, counted, text

_HTML = macros("impact")
SHOWN = 10


def draw(view: View, rows: list[Row]) -> None:
    """Results whose range crosses the target first: only these may be judged otherwise once the rows are mended."""
    if not rows:
        title(text("impact.none", period=view.period))
        return
    crossing, total = rows[0]["crossing_count"], rows[0]["total_count"]
    finding = (
        counted("impact.title", crossing, period=view.period)
        if crossing
        else text("impact.title.none", period=view.period)
    )
    shown, count = (formatting.count(number, view.language) for number in (len(rows), total))
    title(finding, text("impact.note", shown=shown, total=count))
    # A target is a decimal, an end of a range is not; the lowest may be either.
    scale = float(min(min(row["low"], row["target_value"] or 1) for row in rows))
    labels = ("division", "indicator", "rule", "suspect", "value", "range", "bar", "target")
    styles = {"division": "sticky", "suspect": "number", "value": "number", "range": "number", "target": "number",
              "bar": "wide", "rule": "wide"}  # fmt: skip
    html_table(
        [Cell(text(f"impact.{label}"), styles.get(label, "")) for label in labels],
        [("", _row(view, row, scale)) for row in rows],
    )


def _row(view: View, row: Row, scale: float) -> list[Cell]:
    language = view.language
    card = view.link("township", division=row["division_code"], indicator=row["indicator_code"], period=None)
    rows = view.link(rule=row["rule_id"], division=row["division_code"], rows=None, leaf=None) + "#rows"
    low, high = (formatting.share(row[name], language) for name in ("low", "high"))
    span = formatting.rate(row["numerator"], row["denominator"], language)
    return [
        Cell(row["division_name"], "sticky", text("league.open"), card),
        Cell(row["indicator_name"], "fold"),
        Cell(row["rule_text"], "fold small wide", text("quality.only"), rows),
        Cell(formatting.count(row["suspect_rows"], language), "number"),
        Cell(span, "number", formatting.cases(row["numerator"], row["denominator"], language)),
        Cell(f"{low[:-1]}–{high}", "number"),
        Cell(_bar(row, scale), "wide"),
        Cell(_target(row, language), "number"),
    ]


def _target(row: Row, language: str) -> str:
    share = formatting.share(row["target_value"], language)
    if not row["crosses_target"]:
        return share
    return _HTML.crossed(CROSSING_GLYPH, text("mark.crosses"), share)


def _bar(row: Row, scale: float) -> str:
    """The range as a band, the value as a dot, the target as a tick, from `scale` (the lowest shown) to 100 %."""
    if row["target_value"] is None:
        return ""
    return _HTML.span(row, scale - 0.01)
