"""The villages of a township in one indicator, and the fields of work of all townships side by side."""

from __future__ import annotations

from dashboards import formatting
from dashboards.components import bars, league, marks
from dashboards.components.tables import Cell, html_table, title
from dashboards.edition import Row
from dashboards.view import View, counted, text


def draw(view: View, indicator: str, rows: list[Row], chosen: str | None, *, has_cases: bool) -> None:
    """One row per village, most misses first; a village narrows the cases below to its own. Too small is not shown.

    `has_cases`: whether this reader learns the village of a case; else there is nothing to narrow.
    """
    if not rows:
        return
    shown = [row for row in rows if row["denominator"] is not None]
    missing = [row for row in shown if row["missed"]]
    if not shown:
        finding = text("village.title.hidden", indicator=indicator)
    elif missing:
        finding = text("village.title", indicator=indicator, village=missing[0]["division_name"],
                       count=formatting.count(missing[0]["missed"], view.language))  # fmt: skip
    else:
        finding = text("village.title.none", indicator=indicator)
    hidden = len(rows) - len(shown)
    note = text("village.note") if has_cases else ""
    title(finding, note + (counted("village.hidden", hidden) if hidden else ""))
    header = [Cell(text("village.name"), "sticky"), Cell(""), Cell(text("card.rate"), "number")]
    header += [Cell(text("card.cases"), "number"), Cell(text("card.missed"), "number"), Cell("")]
    body = [("chosen" if row["division_code"] == chosen else "", _row(view, row, chosen, has_cases)) for row in rows]
    html_table(header, body, full=False)


def _row(view: View, row: Row, chosen: str | None, has_cases: bool) -> list[Cell]:
    language, code = view.language, row["division_code"]
    link = view.link(village=None if code == chosen else code) + "#cases"
    if row["denominator"] is None:
        few = Cell(text("village.few"), "number small", text("village.few.title"))
        return [Cell(row["division_name"], "sticky"), Cell(""), few, Cell(""), Cell(""), Cell("")]
    return [
        Cell(row["division_name"], "sticky", text("card.cases.open"), link)
        if has_cases
        else Cell(row["division_name"], "sticky"),
        Cell(marks.glyph(row), marks.colour(row), marks.words(row)),
        Cell(formatting.rate(row["numerator"], row["denominator"], language), "number"),
        Cell(formatting.cases(row["numerator"], row["denominator"], language), "number small"),
        Cell(formatting.count(row["missed"], language) if row["missed"] else "", "number"),
        Cell(bars.share_of(row["missed"], row["max_missed"])),
    ]


def domains_sentence(view: View, rows: list[Row]) -> str:
    """Who is best and worst in each field of work."""
    if not rows:
        return text("domains.sentence.nobody", period=view.period)
    parts = []
    for domain in league.SHADES:
        found = [row for row in rows if row["domain"] == domain]
        if not found:
            continue
        ends = [
            formatting.some([row["division_name"] for row in found if row["place"] == place], view.language, 2)
            for place in (min(row["place"] for row in found), max(row["place"] for row in found))
        ]
        name = text(f"domain.{domain}")
        key = "domains.part.level" if ends[0] == ends[1] else "domains.part"
        parts.append(text(key, domain=name, first=ends[0], last=ends[1]))
    return text("domains.sentence", period=view.period) + formatting.clauses(parts, view.language)


def domains(view: View, rows: list[Row]) -> None:
    """One row per township, a bar per field: the points gained of those to be gained, in the order of rank."""
    names = list(league.SHADES)
    spans = {
        domain: max(found) - min(found)
        for domain in names
        if (found := [row["share"] for row in rows if row["domain"] == domain and row["share"] is not None])
    }
    widest = max(spans, key=spans.__getitem__, default=None)
    finding = text("domains.title", domain=text(f"domain.{widest}")) if widest else text("domains.title.none")
    title(finding, text("domains.note"))
    header = [Cell(text("league.rank"), "number"), Cell(text("league.division"), "sticky")]
    for domain in names:
        header += [
            Cell(text(f"domain.{domain}"), "number"),
            Cell(text("league.rank"), "number small"),
            Cell("", "wide"),
        ]
    by_division: dict[str, dict[str, Row]] = {}
    for row in rows:
        by_division.setdefault(row["division_code"], {})[row["domain"]] = row
    html_table(header, [("", _domains(view, found, names)) for found in by_division.values()])


def _domains(view: View, found: dict[str, Row], names: list[str]) -> list[Cell]:
    any_row = next(iter(found.values()))
    link = view.link("township", division=any_row["division_code"], indicator=None)
    cells = [Cell(formatting.count(any_row["rank"], view.language), "number")]
    cells.append(Cell(any_row["division_name"], "sticky", text("league.open"), link))
    for domain in names:
        row = found.get(domain)
        if row is None:
            cells += [Cell(text("state.not_assessed"), "number small"), Cell(""), Cell("", "wide")]
            continue
        told = text("domains.points", gained=formatting.points(row["gained"], view.language),
                    attainable=formatting.points(row["attainable"], view.language))  # fmt: skip
        cells += [
            Cell(formatting.share(row["share"], view.language), "number", told),
            Cell(formatting.count(row["place"], view.language), "number small"),
            Cell(bars.share_of(row["share"], 1), "wide", told),
        ]
    return cells
