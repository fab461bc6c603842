"""The rules with the reason for each bound, what they made of the data, and the document of that to take away."""

from __future__ import annotations

from itertools import groupby

from dashboards import formatting, queries
from dashboards.components import choices, download, paging
from dashboards.components.narrowing import home_name
from dashboards.components.tables import Cell, html_table, title
from dashboards.documents import validation
from dashboards.edition import Edition, Row
from dashboards.view import View, chosen, text

ORIGINS = queries.rules.ORIGINS
SHOWN = 80


def sentence(view: View, rules: list[Row]) -> str:
    """How many rules there are, how many were broken in the period, and how many stop a publication."""
    broken = {(rule["rule_id"], rule["source"]) for rule in rules if rule["rows_failed"]}
    blocking = {(rule["rule_id"], rule["source"]) for rule in rules if rule["blocks_publication"]}
    numbers = {"rules": len(rules), "broken": len(broken), "blocking": len(blocking)}
    said = {name: formatting.count(number, view.language) for name, number in numbers.items()}
    parts = [text("rules.sentence", period=view.period, **said)]
    if broken & blocking:
        parts.append(text("rules.sentence.blocked", count=len(broken & blocking)))
    return formatting.clauses(parts, view.language)


def as_document(edition: Edition, view: View, rules: list[Row]) -> None:
    """The results of the months shown as a document that opens anywhere."""
    current = queries.frame.edition(edition)
    period = {one: formatting.period(view.kind, view.start, one) for one in ("zh", "en")}
    about = validation.Validation(
        current["edition_id"], f"{current['newest_as_of']:%Y-%m-%d}", period, current["is_synthetic"]
    )
    download.button(
        text("validation.download"),
        make=lambda: validation.write(about, rules, view.language).encode(),
        name=f"{text('validation.name')}_{view.start:%Y-%m}.html",
        key="validation.download",
    )


def draw(view: View, rules: list[Row]) -> None:
    """The rules of one home of checks, by what they test."""
    origin = asked if (asked := chosen("origin")) in ORIGINS else ORIGINS[0]
    every = [rule for rule in rules if rule["origin"] == origin]
    first = paging.offset(len(every), SHOWN)
    mine = every[first : first + SHOWN]
    title(text(f"rules.{origin}"), text(f"validation.{origin}.what"))
    choices.way("origin", ORIGINS, origin)
    labels = ("rule", "failed", "tested", "dimension", "severity", "touches", "reason")
    header = [Cell(text(f"rules.{label}"), "number" if label in ("failed", "tested") else "") for label in labels]
    rows = []
    for source, run in groupby(mine, key=lambda rule: rule["source"]):
        rows.append(("group", [Cell(home_name(source, view.language), span=len(labels))]))
        rows += [("chosen" if one["rule_id"] == chosen("rule") else "", _row(view, one)) for one in run]
    html_table(header, rows)
    paging.turn(len(every), SHOWN)


def _row(view: View, rule: Row) -> list[Cell]:
    language = view.language
    name = rule[f"text_{language}"]
    failed = formatting.count(rule["rows_failed"], language)
    waived = text("rules.waived", count=rule["rows_waived"]) if rule["rows_waived"] else ""
    severity = text(f"severity.{rule['severity']}")
    if rule["blocks_publication"]:
        severity += f" · {text('rules.blocks')}"
    rows = view.link("quality", rule=rule["rule_id"], division=None, rows=None, leaf=None) + "#rows"
    return [
        Cell(f"{name} *" if rule["affects_accuracy"] else name, "wrap", rule["rule_id"], rows),
        Cell(failed, f"number {'short' if rule['rows_failed'] else 'small'}", waived),
        Cell(formatting.count(rule["rows_tested"], language), "number small"),
        Cell(text(f"dimension.{rule['dimension']}") if rule["dimension"] else "", "small"),
        Cell(severity, "fold small"),
        Cell(rule["indicator_names"] or "", "fold small"),
        Cell(rule[f"reason_{language}"] or "", "wrap small"),
    ]
