"""Editions: which there are, what one says otherwise than another and why, what changed in the rules, and which months
are closed."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from dashboards import formatting
from dashboards.components.tables import Cell, html_table, title
from dashboards.edition import Row
from dashboards.markup import fragments
from dashboards.view import View, counted, text
from orchestration.installation.messages import command_line_messages

ROWS_SHOWN = 200
COUNTS = ("results", "ranks")


def sentence(view: View, current: Row, months: list[Row], found: Row | None, *, has_other: bool) -> str:
    """Which edition this is, how many months are closed, and what changed against the other."""
    closed = [one for one in months if not one["is_provisional"]]
    counts = {"months": months, "closed": closed}
    numbers = {name: formatting.count(len(rows), view.language) for name, rows in counts.items()}
    parts = [text("editions.sentence", edition=short(current["edition_id"]), **numbers)]
    if not has_other:
        parts.append(text("editions.sentence.only"))
    elif found is None:
        parts.append(text("editions.sentence.unreadable"))
    else:
        parts.append(_changes(view, found))
    return formatting.clauses(parts, view.language)


def _changes(view: View, found: Row) -> str:
    counts = restated_counts(found)
    if any(counts.values()):
        return text("editions.sentence.restated", **{n: formatting.count(c, view.language) for n, c in counts.items()})
    return text("editions.sentence.grown" if found["periods"] else "editions.sentence.same")


def restated_counts(found: Row) -> dict[str, int]:
    """How many results and ranks that were published before now read otherwise."""
    listed = [row["kind"] for row in found["listed"]]
    return {"results": listed.count("result"), "ranks": listed.count("ranking")}


def short(edition_id: str) -> str:
    return edition_id.rpartition("-")[2]


def label(one: Row, language: str) -> str:
    """`7c7013a0 · 2026年11月22日 23:51`."""
    return " · ".join(part for part in (short(one["edition_id"]), _created(one, language)) if part)


def _created(one: Row, language: str) -> str:
    created = one.get("created_at")
    return formatting.moment(dt.datetime.fromisoformat(str(created)), language) if created else ""


def months_table(view: View, months: list[Row], found: Row | None) -> None:
    """Closed and provisional months, and how much of each reads otherwise than in the other edition."""
    closed = [one for one in months if not one["is_provisional"]]
    finding = counted("editions.months", len(closed)) if closed else text("editions.months.none")
    title(finding, text("editions.months.note"))
    changed = {one["period_start"]: one for one in (found or {}).get("periods", []) if one["period_kind"] == "month"}
    header = [Cell(text("signal.column.month"), "sticky"), Cell(text("editions.state"))]
    header += [Cell(text(f"editions.{name}"), "number") for name in ("ranked", "results", "ranks")]
    html_table(header, [("", _month(view, one, changed.get(one["period_start"]))) for one in months], full=False)


def _month(view: View, one: Row, changed: Row | None) -> list[Cell]:
    language, start = view.language, one["period_start"]
    is_open = one["is_provisional"]
    link = view.link("ranking", kind="month", period=f"{start:%Y-%m}")
    state = text("editions.open" if is_open else "editions.closed")
    counts = [formatting.count((changed or {}).get(name) or None, language) for name in COUNTS]
    if changed and not changed["is_restated"]:
        counts = [text("editions.new"), formatting.ABSENT]
    return [
        Cell(formatting.month(start, language), "sticky", href=link),
        Cell(fragments.dashed(state, is_open), title=text("mark.provisional") if is_open else ""),
        Cell(formatting.cases(one["ranked"], one["divisions"], language), "number small"),
        *(Cell(count, "number short") for count in counts),
    ]


def reasons(view: View, found: Row) -> None:
    """Why published figures read otherwise now, in words, with what came in between."""
    if not found["reasons"]:
        return
    said = command_line_messages()
    title(text("editions.why", reason=said(f"compare.word.{found['reasons'][0]['reason']}", view.language)))
    header = [Cell(text("editions.reason"), "sticky"), *(Cell(text(f"editions.{one}"), "number") for one in COUNTS)]
    body = [
        (
            "",
            [
                Cell(said(f"compare.word.{one['reason']}", view.language), "sticky"),
                *(Cell(formatting.count(one[name], view.language), "number") for name in COUNTS),
            ],
        )
        for one in found["reasons"]
    ]
    html_table(header, body, full=False)
    for line in _between(view, found):
        st.html(fragments.quiet(line))


def _between(view: View, found: Row) -> list[str]:
    """What came between the two editions: files and targets."""
    arrived, withdrawn, gone = (
        [one["file_name"] for one in found["batches"] if one["change"] == change]
        for change in ("arrived", "withdrawn", "gone")
    )
    targets = [one[f"name_{view.language}"] or one["indicator_code"] for one in found["targets"]]
    names = [formatting.some(one, view.language) for one in (arrived, withdrawn, gone, targets)]
    return [
        *([counted("editions.batches.arrived", len(arrived), names=names[0])] if arrived else []),
        *([counted("editions.batches.withdrawn", len(withdrawn), names=names[1])] if withdrawn else []),
        *([counted("editions.batches.gone", len(gone), names=names[2])] if gone else []),
        *([counted("editions.targets", len(targets), names=names[3])] if targets else []),
    ]


def listed(view: View, found: Row) -> None:
    """Every published figure that reads otherwise now: as published, as now known, why."""
    rows = found["listed"]
    if not rows:
        return title(text("editions.listed.none"))
    numbers = {"shown": formatting.count(min(len(rows), ROWS_SHOWN), view.language)}
    title(counted("editions.listed", len(rows), **numbers), command_line_messages()("compare.legend", view.language))
    labels = ("period", "division", "what", "as_published", "as_now_known", "reason")
    header = [Cell(text(f"editions.column.{one}"), "sticky" if one == "division" else "") for one in labels]
    return html_table(header, [("", _listed(view, row)) for row in rows[:ROWS_SHOWN]])


def _listed(view: View, row: Row) -> list[Cell]:
    language, said = view.language, command_line_messages()
    start, kind = row["period_start"], row["period_kind"]
    link = view.link("township", division=row["division_code"], kind=kind, period=f"{start:%Y-%m}",
                     indicator=row["indicator_code"])  # fmt: skip
    what = row[f"indicator_name_{language}"] if row["kind"] == "result" else text("editions.rank")
    reasons = [said(f"compare.word.{one}", language) for one in row["reasons"].split()]
    return [
        Cell(formatting.period(kind, start, language), "small"),
        Cell(row["division_name"], "sticky", href=link),
        Cell(what),
        Cell(row["as_published"] or formatting.ABSENT, "small fold"),
        Cell(row["as_now_known"] or formatting.ABSENT, "small fold"),
        Cell(formatting.listing(reasons, language), "small fold", row["batches"].replace(" | ", "\n")),
    ]


def rule_changes(view: View, rules: Row) -> None:
    """What this edition's rules say otherwise than those of the edition before it, and who accepted that."""
    language, rows = view.language, rules.get("changes", [])
    if not rows:
        return
    note = text("editions.rules.note")
    if rules["accepted_by"]:
        at = formatting.moment(dt.datetime.fromisoformat(rules["accepted_at"]), language)
        note = text("editions.rules.accepted", name=rules["accepted_by"], at=at)
    title(counted("editions.rules", len(rows)), note)
    labels = {"rule": "sticky", "what": "", "was": "", "becomes": "", "first_day": "", "closed": ""}
    header = [Cell(text(f"editions.rules.column.{name}"), style) for name, style in labels.items()]
    html_table(header, [("", _rule_change(row)) for row in rows[:ROWS_SHOWN]])


def _rule_change(row: Row) -> list[Cell]:
    whole = row["column_name"] == "*"
    return [
        Cell(row["rule_ref"], "sticky", f"{row['seed']}.csv"),
        Cell(text(f"editions.rules.{row['change']}") if whole else row["column_name"]),
        Cell(row["was"] or formatting.ABSENT, "small fold"),
        Cell(row["becomes"] or formatting.ABSENT, "small fold"),
        Cell(row["first_day"] or text("editions.rules.always"), "small"),
        Cell(text("editions.rules.touched") if row["touches_closed"] else "", "small"),
    ]


def editions_table(view: View, known: list[Row], current_id: str) -> None:
    title(counted("editions.known", len(known)), text("editions.known.note"))
    labels = {"edition": "sticky", "created": "", "newest": "", "files": "number", "software": ""}
    header = [Cell(text(f"editions.column.{name}"), style) for name, style in labels.items()]
    rows = [("chosen" if one["edition_id"] == current_id else "", _edition(view, one)) for one in known]
    html_table(header, rows, full=False)


def _edition(view: View, one: Row) -> list[Cell]:
    language, newest = view.language, one.get("newest_month")
    created = _created(one, language) or formatting.ABSENT
    files = one.get("batch_ids")
    return [
        Cell(short(one["edition_id"]), "sticky", one["edition_id"], view.link(against=one["edition_id"])),
        Cell(created),
        Cell(formatting.month(dt.date.fromisoformat(newest), language) if newest else formatting.ABSENT),
        Cell(formatting.count(len(files), language) if files is not None else formatting.ABSENT, "number"),
        Cell(one.get("software_version") or formatting.ABSENT, "small"),
    ]
