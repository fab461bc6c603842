"""What a quality clerk reads first: what the newest run found otherwise, what is open and whose, and the trend."""

from __future__ import annotations

import streamlit as st

from dashboards import formatting, queries
from dashboards.components import bars, choices, columns, workbench_session
from dashboards.components.narrowing import home_name
from dashboards.components.tables import Cell, html_table, title
from dashboards.edition import Row
from dashboards.markup import fragments
from dashboards.view import View, chosen, counted, text

CHANGES_SHOWN, PARTS_SHOWN, DAYS_SHOWN = 12, 20, 30
COUNTS = tuple(queries.ledger.COUNTS)
BY = queries.ledger.BY
_CODE = {"rule": "rule_id", "township": "child_code", "dimension": "dimension", "source": "source"}
_HEADING = {
    "rule": "quality.rule",
    "township": "league.division",
    "dimension": "rules.dimension",
    "source": "triage.source",
}
_PARAMETER = {"rule": "rule", "township": "division", "dimension": "dimension", "source": "source"}


def sentence(view: View, counts: Row, rules: list[Row], tipping: int, missing: int) -> str:
    """What is open, new and of which rule, what was mended, what it may do, and who has not delivered."""
    numbers = {name: formatting.count(counts[name], view.language) for name in COUNTS}
    numbers["rules"] = formatting.count(len([rule for rule in rules if rule["open"]]), view.language)
    day = formatting.date(counts["today"], view.language)
    if not counts["open"] and not counts["mended"]:
        parts = [text("quality.sentence.none", day=day)]
    else:
        parts = [text("quality.sentence.open" if counts["open"] else "quality.sentence.all_mended", day=day, **numbers)]
    if counts["today"] == counts["first_day"]:
        parts.append(text("quality.sentence.first_day"))
    elif counts["new"] or counts["reopened"] or counts["mended"]:
        parts += [text(f"quality.sentence.{name}", **numbers) for name in ("new", "reopened", "mended") if counts[name]]
        worst = max(rules, key=lambda rule: rule["new"] + rule["reopened"])
        if len(rules) > 1 and worst["new"] + worst["reopened"]:
            parts.append(text("quality.sentence.worst", rule=worst["rule_text"]))
    elif counts["open"]:
        parts.append(text("quality.sentence.unchanged"))
    if tipping:
        parts.append(counted("quality.sentence.tipping", tipping, period=view.period))
    if missing:
        parts.append(counted("quality.sentence.missing", missing))
    return formatting.clauses(parts, view.language)


def changes(view: View, rows: list[Row], counts: Row) -> None:
    """What is new, failing again and mended, by rule and township: each leads to its rows."""
    day = formatting.date(counts["today"], view.language)
    if counts["today"] == counts["first_day"] or not rows:
        title(text("changes.first_day" if counts["today"] == counts["first_day"] else "changes.none", day=day))
        return
    numbers = {name: formatting.count(counts[name], view.language) for name in COUNTS}
    shown, total = (formatting.count(len(some), view.language) for some in (rows[:CHANGES_SHOWN], rows))
    title(text("changes.title", day=day, **numbers), text("changes.note", shown=shown, total=total))
    labels = ("new", "reopened", "mended", "open")
    header = [Cell(text("quality.rule"), "sticky"), Cell(text("league.division"))]
    header += [*(Cell(text(f"rows.{label}"), "number") for label in labels), Cell("", "wide")]
    is_open = workbench_session.is_open()
    html_table(header, [("", _change(view, row, labels, is_open=is_open)) for row in rows[:CHANGES_SHOWN]])


def _change(view: View, row: Row, labels: tuple[str, ...], *, is_open: bool) -> list[Cell]:
    where = {"rule": row["rule_id"], "source": row["source"], "division": row["child_code"], "leaf": None}
    return [
        Cell(row["rule_text"], "sticky fold", text("quality.only"), view.link(rows=None, **where) + "#rows"),
        Cell(row["division_name"] or text("ledger.no_township"), "" if row["division_name"] else "small"),
        *(
            _number(view, row[name], "short" if name in ("new", "reopened") else "met" if name == "mended" else "small",
                    view.link(rows=name, **where) + "#rows")
            for name in labels
        ),
        Cell(text("changes.handle"), "small wide", href=view.link("incidents", desk=None, incident=None, **where))
        if is_open
        else Cell("", "wide"),
    ]  # fmt: skip


def _number(view: View, number: int, style: str, href: str) -> Cell:
    if not number:
        return Cell("·", "number small")
    return Cell(formatting.count(number, view.language), f"number {style}", href=href)


def breakdown(view: View, by: str, parts: list[Row], repairs: dict[str, Row], *, is_first_day: bool) -> None:
    """What is open by rule, township, aspect or extract, as chosen; a row narrows the page to itself."""
    if not any(part["open"] for part in parts):
        title(text("breakdown.none"))
        return
    most = next((part for part in parts if part[_CODE[by]] and part["open"]), parts[0])
    name, count = _name(view, by, most), formatting.count(most["open"], view.language)
    title(text(f"breakdown.{by}", name=name, count=count), text(f"breakdown.{by}.note"))
    choices.way("by", BY, by)
    # Of the first checks all is new, and what older files held is mended at once: nothing to read.
    labels = COUNTS[-1:] if is_first_day else COUNTS[1:]
    header = [Cell(text(_HEADING[by]), "sticky"), Cell(text("rows.open"), "number"), Cell("", "wide")]
    header += [Cell(text(f"rows.{label}"), "number") for label in labels]
    if by == "township":
        header += [Cell(text(f"repair.{one}"), "number", text(f"repair.{one}.title")) for one in ("mean", "oldest")]
    if by == "rule":
        header += [Cell(text("triage.source"), "wide"), Cell(text("quality.fix"), "wide")]
    rows = [
        (
            "chosen" if _is_chosen(by, part) else "",
            _part(view, by, part, repairs.get(part["child_code"]), labels),
        )
        for part in parts
    ]
    html_table(header, rows[:PARTS_SHOWN])
    if rest := rows[PARTS_SHOWN:]:
        with st.expander(text("breakdown.rest", count=len(rest)), key="rest"):
            html_table(header, rest)


def _is_chosen(by: str, part: Row) -> bool:
    is_code = part[_CODE[by]] is not None and part[_CODE[by]] == chosen(_PARAMETER[by])
    return is_code and (by != "rule" or chosen("source") in (None, part["source"]))


def _name(view: View, by: str, part: Row) -> str:
    if by == "source":
        return home_name(part[_CODE[by]], view.language)
    if by == "dimension":
        return text(f"dimension.{part[_CODE[by]]}") if part[_CODE[by]] else text("ledger.no_dimension")
    return part["rule_text" if by == "rule" else "division_name"] or text("ledger.no_township")


def _part(view: View, by: str, part: Row, repair: Row | None, labels: tuple[str, ...]) -> list[Cell]:
    parameter = _PARAMETER[by]
    where = {parameter: part[_CODE[by]], "leaf": None} | ({"source": part["source"]} if by == "rule" else {})
    narrow = view.link(**where | (dict.fromkeys(where) if _is_chosen(by, part) else {}))
    name = _name(view, by, part)
    cells = [
        Cell(f"{name} *" if part["affects_accuracy"] else name, "sticky fold", text("quality.only"),
             narrow if part[_CODE[by]] else ""),
        Cell(formatting.count(part["open"], view.language), "number", href=view.link(rows=None, **where) + "#rows"),
        Cell(bars.stacked([("late", part["open"], "")], part["fewer_than_most"]), "short-bar wide"),
        *(_number(view, part[label], "", view.link(rows=label, **where) + "#rows") for label in labels),
    ]  # fmt: skip
    if by == "township":
        cells += _repair(view, repair)
    if by == "rule":
        cells.append(Cell(home_name(part["source"], view.language), "fold small wide"))
        cells.append(Cell(part["fix_text"] or "", "wrap small wide"))
    return cells


def _repair(view: View, repair: Row | None) -> list[Cell]:
    if repair is None:
        return [Cell(formatting.ABSENT, "number small")] * 2
    mean = repair["mean_days_to_resolve"]
    said = text(
        "repair.said",
        resolved=formatting.count(repair["resolved_rows"], view.language),
        median=formatting.points(repair["median_days_to_resolve"], view.language),
    )
    oldest = formatting.date(repair["oldest_open_on"], view.language)
    return [
        Cell(formatting.points(mean, view.language), "number", said if mean is not None else ""),
        Cell(oldest, "number small"),
    ]


def trend(view: View, months: list[Row], days: list[Row]) -> None:
    """Failures by month of data, and found and mended by day of run; beside each other, below each other on a phone."""
    with st.grid(2, min_column_width=320, gap="large"):
        with st.container(gap="small"):
            _by_month(view, months)
        with st.container(gap="small"):
            _by_day(view, days)


def _by_month(view: View, months: list[Row]) -> None:
    if not months:
        return
    language = view.language
    worst = max(months, key=lambda row: row["rows_failed"])
    said = [
        text(
            "trend.month",
            month=formatting.month(row["period_start"], language),
            rate=formatting.rate(row["rows_failed"], row["rows_tested"], language),
            **{name: formatting.count(row[f"rows_{name}"], language) for name in ("failed", "tested", "waived")},
        )
        for row in months
    ]
    title(
        text("trend.months", month=formatting.month(worst["period_start"], language),
             count=formatting.count(worst["rows_failed"], language)),
        text("trend.months.note"),
    )  # fmt: skip
    columns.draw(
        [
            columns.Column(formatting.short_month(row["period_start"], language), (("late", row["rows_failed"]),), one)
            for row, one in zip(months, said, strict=True)
        ],
        months[0]["most"],
        " ".join(said),
    )


def _by_day(view: View, days: list[Row]) -> None:
    if not days:
        title(text("trend.days.none"), text("trend.days.none.note"))
        return
    language = view.language
    said = [
        text(
            "trend.day",
            day=formatting.date(row["day"], language),
            found=formatting.count(row["found"], language),
            mended=formatting.count(row["mended"], language),
        )
        for row in days
    ]
    title(text("trend.days", said=said[-1]), text("trend.days.note"))
    key = [("key late", "", text("trend.found")), ("key shade1", "", text("trend.mended"))]
    columns.draw(
        [
            columns.Column(
                formatting.date(row["day"], language), (("late", row["found"]), ("shade1", row["mended"])), one
            )
            for row, one in zip(days, said, strict=True)
        ],
        days[0]["most"],
        " ".join(said),
    )
    st.html(fragments.legend(key, gap=""))
