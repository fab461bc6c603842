"""The month in one screen: both ends of the table, what really moved, what needs a decision, the county by field."""

from __future__ import annotations

import streamlit as st

from dashboards import formatting
from dashboards.components import marks, progress, standing
from dashboards.components.tables import Cell, html_table, title
from dashboards.edition import Row
from dashboards.markup import Markup, fragments, macros
from dashboards.view import View, counted, text

_HTML = macros("overview")
ENDS = 3
MOVES = 5
NEAR_VETO = 3  # further misses that would bring a veto
DOMAINS = ("information", "exchange", "service")


def ends(view: View, ranking: list[Row]) -> None:
    """The first and the last of the table with their intervals; all of it where it is short."""
    ranked = [row for row in ranking if row["is_assessed"]]
    if not ranked:
        return title(text("month.ends.none"))
    title(_ends_finding(view, ranked), text("month.ends.note"))
    shown = ranked if len(ranked) <= 2 * ENDS + 1 else [*ranked[:ENDS], None, *ranked[-ENDS:]]
    header = [Cell(text("league.rank"), "number"), Cell(text("league.division"), "sticky")]
    header += [Cell(text("league.interval")), Cell(text("league.score"), "number")]
    return html_table(header, [("", _end(view, row) if row else _gap(ranked)) for row in shown])


def _ends_finding(view: View, ranked: list[Row]) -> str:
    if len(ranked) == 1:
        return text("month.ends.alone", division=ranked[0]["division_name"])
    first, last = ranked[0]["rank"], ranked[-1]["rank"]
    if first == last:
        return text("month.ends.level")
    names = [
        formatting.some([row["division_name"] for row in ranked if row["rank"] == rank], view.language)
        for rank in (first, last)
    ]
    return text("month.ends", first=names[0], last=names[1])


def _end(view: View, row: Row) -> list[Cell]:
    rank = formatting.count(row["rank"], view.language)
    link = view.link("township", division=row["division_code"], indicator=None)
    vetoed = fragments.coloured("not_met", text("month.vetoed")) if row["is_vetoed"] else ""
    named = standing.named(row, view.language, vetoed)
    return [
        Cell(fragments.dashed(rank, row["is_provisional"]), "number"),
        Cell(named, "sticky", standing.said(row, view.language), link),
        Cell(standing.bar(row), "narrow", "\n".join(standing.robustness(row, view.language))),
        Cell(formatting.score(row["score"], view.language), "number"),
    ]


def _gap(ranked: list[Row]) -> list[Cell]:
    return [Cell(), Cell(counted("month.ends.between", len(ranked) - 2 * ENDS), "sticky small"), Cell(), Cell()]


def moves(view: View, ranking: list[Row]) -> None:
    """Whose score really changed; the largest other changes are shown as what they are, ordinary variation."""
    compared = [row for row in ranking if row["is_assessed"] and row["score_change"] is not None]
    if not compared:
        return title(text("month.moves.no_previous"))
    real = {
        trend: [row["division_name"] for row in compared if row["score_trend"] == trend]
        for trend in ("improved", "worsened")
    }
    found = [
        text(f"month.moves.{trend}", divisions=formatting.some(names, view.language))
        for trend, names in real.items()
        if names
    ]
    separator = "；" if view.language == "zh" else "; "
    title(separator.join(found) or text("month.moves.none"), text("month.moves.note"))
    ordered = sorted(compared, key=lambda row: (row["score_trend"] not in real, -abs(row["score_change"])))
    header = [Cell(text("league.division"), "sticky"), Cell(text("month.moves.change"), "number"), Cell("")]
    return html_table(
        header,
        [
            (
                "",
                [
                    Cell(
                        row["division_name"],
                        "sticky",
                        href=view.link("compare", mode="periods", division=row["division_code"], indicator=None),
                    ),
                    Cell(formatting.change(row["score_change"], view.language), "number"),
                    Cell(standing.trend(row)),
                ],
            )
            for row in ordered[:MOVES]
        ],
    )


def matters(
    view: View,
    vetoes: list[Row],
    slow: list[Row],
    causes: list[Row],
    provisional: list[Row],
    open_cases: Row,
    ranking: list[Row],
) -> None:
    """What needs a decision: vetoes and who is near one, the county's own matters, slow progress, what is missing."""
    title(_matters_finding(vetoes, slow, causes, view.language))
    language, lines = view.language, []
    for row in vetoes:
        href = view.link("township", division=row["division_code"], indicator=row["indicator_code"]) + "#cases"
        said = text("month.veto", division=row["division_name"], indicator=row["indicator_name"])
        lines.append(("vetoed", said, href))
    for row in ranking:
        if 0 < (row["veto_misses_left"] or 0) <= NEAR_VETO:
            said = text("month.cliff", division=row["division_name"], veto=standing.veto(row, language))
            lines.append(("cliff", said, view.link("township", division=row["division_code"], indicator=None)))
    for row in causes:
        href = view.link("trends", indicator=row["indicator_code"], division=None)
        lines.append(("county", progress.cause_sentence(view, row), href))
    for row in slow[:MOVES]:
        names = {"division": row["division_name"], "indicators": formatting.count(row["indicators"], language)}
        said = counted("month.slow", row["months_in_a_row"], **names)
        lines.append(("slow", said, view.link("township", division=row["division_code"], indicator=None)))
    if len(slow) > MOVES:
        lines.append(("slow", counted("month.slow.more", len(slow) - MOVES), view.link("ranking") + "#slow"))
    for row in ranking:
        if row["withheld"]:
            said = text("month.missing", division=row["division_name"], missing=standing.missing(row, language))
            lines.append(("missing", said, view.link("data", division=row["division_code"], indicator=None)))
    if provisional:
        names = formatting.some([row["indicator_name"] for row in provisional], language)
        lines.append(("later", counted("month.provisional", len(provisional), indicators=names), ""))
    absent = [row["division_name"] for row in ranking if not row["is_assessed"]]
    if absent:
        lines.append(("later", text("month.not_assessed", divisions=formatting.some(absent, language)), ""))
    if open_cases["overdue"]:
        overdue = counted("month.overdue", open_cases["overdue"])
        lines.append(("overdue", overdue, view.link("open", division=None, urgency="overdue")))
    st.html(fragments.matters([_line(*line) for line in lines]))


def _matters_finding(vetoes: list[Row], slow: list[Row], causes: list[Row], language: str) -> str:
    vetoed = len({row["division_code"] for row in vetoes})
    parts = [counted("month.matters.vetoed", vetoed)] if vetoed else []
    parts += [counted("month.matters.common", len(causes))] if causes else []
    parts += [counted("month.matters.slow", len(slow))] if slow else []
    said = formatting.listing(parts, language) or text("month.matters.none")
    return f"{said[:1].upper()}{said[1:]}"


def _line(kind: str, said: str, href: str) -> Markup:
    return _HTML.matter(kind, text(f"month.tag.{kind}"), fragments.link(href, said) if href else said)


def domains(view: View, indicators: list[Row]) -> None:
    """The county's indicators in three columns, a field each; a name leads to its trend."""
    with st.grid(3, min_column_width=330, gap="medium"):
        for domain in DOMAINS:
            if rows := [row for row in indicators if row["domain"] == domain]:
                with st.container(gap="small"):
                    _domain(view, domain, rows)
    st.html(marks.legend())


def _domain(view: View, domain: str, rows: list[Row]) -> None:
    name = text(f"domain.{domain}")
    judged = [row for row in rows if row["target_value"] is not None and row["denominator"]]
    reached = [row for row in judged if row["is_reached"]]
    short = sorted((row for row in judged if not row["is_reached"]), key=lambda row: row["reached_count"])
    numbers = {"domain": name, "count": formatting.count(len(judged), view.language)}
    if not judged:
        finding = text("month.domain.nothing", domain=name)
    elif not short:
        finding = text("month.domain.all", **numbers)
    else:
        finding = text("month.domain", reached=formatting.count(len(reached), view.language),
                       indicator=short[0]["indicator_name"], **numbers)  # fmt: skip
    title(finding)
    header = [Cell(""), Cell(text("card.indicator"), "sticky"), Cell(text("month.rate"), "number")]
    header += [
        Cell(text("month.change"), "number fold"),
        Cell(text("month.reached"), "number fold", text("month.reached.title")),
    ]
    html_table(header, [("", _indicator(view, row)) for row in rows])


def _indicator(view: View, row: Row) -> list[Cell]:
    language = view.language
    link = view.link("trends", indicator=row["indicator_code"], division=None)
    count = formatting.cases(row["reached_count"], row["judged_count"], language)
    dashed = "provisional" if row["is_provisional"] else ""
    return [
        Cell(fragments.coloured(dashed, marks.glyph(row)), marks.colour(row), marks.words(row)),
        Cell(row["indicator_name"], "sticky fold", row["definition"], link),
        Cell(
            formatting.rate(row["numerator"], row["denominator"], language), "number", marks.explanation(row, language)
        ),
        Cell(formatting.rate_change(row["difference"], language), "number small"),
        Cell(count if row["target_value"] is not None else "", "number small"),
    ]


def months(view: View, rows: list[Row], page: str) -> None:
    """The months of a quarter or a year to date, each a link to itself; nothing where the period is a month."""
    if view.kind == "month" or not rows:
        return
    title(text("months.title", period=view.period), text("months.note"))
    header = [Cell(text("signal.column.month"), "sticky"), Cell(text("league.score"), "number")]
    header.append(Cell(text("league.rank"), "number"))
    html_table(header, [("", _month(view, row, page)) for row in rows], full=False)


def _month(view: View, row: Row, page: str) -> list[Cell]:
    language, start = view.language, row["period_start"]
    link = view.link(page, kind="month", period=f"{start:%Y-%m}")
    score = formatting.score(row["score"], language) if row["is_assessed"] else text("league.not_assessed")
    return [
        Cell(formatting.month(start, language), "sticky", href=link),
        Cell(fragments.dashed(score, row["is_provisional"]), "number"),
        Cell(formatting.count(row["rank"], language), "number"),
    ]


def trend_finding(view: View, name: str, points: list[Row]) -> str:
    """What the newest closed month's signal says of the county's own score."""
    closed = next((point for point in reversed(points) if not point["is_provisional"]), None)
    if closed is None or closed["chart"] is None:
        return text("month.trend.early", division=name)
    score, month = (
        formatting.score(closed["value"], view.language),
        formatting.month(closed["period_start"], view.language),
    )
    kind = closed["signal_kind"] or "none"
    return text(f"month.trend.{kind}", division=name, month=month, score=score)
