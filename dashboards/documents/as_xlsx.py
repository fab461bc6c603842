"""The bulletin as a workbook: its sentences, every figure as a number, definitions and methods, and native charts.

Rates and scores stand rounded as on the pages, with the counts they come from beside them. Every sheet names
its edition and says when its figures are synthetic. The bytes depend on the edition only.
"""

from __future__ import annotations

import datetime as dt
import io
import json

import xlsxwriter

from dashboards import formatting
from dashboards.documents import composition, tables
from dashboards.documents.document import Document, Heading, Paragraph
from dashboards.documents.facts import Facts
from dashboards.documents.words import Words
from dashboards.documents.xlsx_charts import scores_chart, verdicts_chart
from dashboards.documents.xlsx_sheets import COUNT, EXACT, LEFT, RATE, SCORE, Book, Column

DOMAINS = ("information", "exchange", "service")
STATES = ("met", "leaning_reached", "leaning_short", "not_serious", "serious", "withheld")


def write(facts: Facts, document: Document, created: dt.datetime) -> bytes:
    """The bytes of the workbook. `created`: when the edition was published, the workbook's own date."""
    words, made = Words(facts.language, facts.grade_limits), io.BytesIO()
    workbook = xlsxwriter.Workbook(made, {"in_memory": True})
    properties = {"title": document.full_title, "subject": document.edition, "author": document.issuer}
    workbook.set_properties(properties | {"created": created.replace(microsecond=0, tzinfo=None)})
    book = Book(workbook, document, words)
    _summary(book, document)
    _ranking(book, facts, words)
    _domains(book, facts, words)
    _indicators(book, facts, words)
    _matrix(book, facts, words)
    _results(book, facts, words)
    _changes(book, facts, words)
    _goals(book, facts, words)
    if facts.slow:
        _slow(book, facts, words)
    _method(book, facts, words)
    workbook.close()
    return made.getvalue()


def _summary(book: Book, document: Document) -> None:
    lines = [("text", document.number), ("text", document.addressee)]
    for block in document.blocks:
        if isinstance(block, Heading):
            lines.append(("heading", block.text))
        elif isinstance(block, Paragraph):
            lines.append(("text", block.text))
    book.text_sheet("sheet.summary", lines + [("text", line) for line in document.signature])


def _ranking(book: Book, facts: Facts, words: Words) -> None:
    limits = facts.grade_limits
    columns = [
        Column("rank", COUNT, lambda row: row["rank"]),
        Column("division", LEFT, lambda row: row["division_name"]),
        Column("code", LEFT, lambda row: row["division_code"]),
        Column("score", SCORE, lambda row: row["score"] if row["is_assessed"] else None, lambda row: limits),
        Column(
            "expected", SCORE, lambda row: row["expected_score"] if row["is_assessed"] else None, lambda row: limits
        ),
        Column("difference", SCORE, lambda row: row["above_expected"] if row["is_assessed"] else None, lambda row: [0]),
        Column("grade", LEFT, lambda row: _grade(row, words)),
        Column("rank_low", COUNT, lambda row: row["rank_low"]),
        Column("rank_high", COUNT, lambda row: row["rank_high"]),
        Column("tier", LEFT, lambda row: words(f"tier.{row['tier']}") if row["tier"] else None),
        Column("chance", EXACT, lambda row: row.get(f"p_{row['tier']}")),
        Column("change", SCORE, lambda row: row["score_change"], lambda row: [0]),
        Column("trend", LEFT, lambda row: words(f"trend.{row['score_trend']}") if row["score_trend"] else None),
        Column("previous", COUNT, lambda row: row["previous_rank"]),
        Column("silent", LEFT, lambda row: tables.silent(facts, row, words) or None),
        Column("provisional", LEFT, lambda row: _yes(row["is_provisional"], words)),
    ]
    if any(row["veto_indicator_code"] for row in facts.ranking):
        columns += [
            Column("veto", LEFT, lambda row: row["veto_indicator_name"]),
            Column("veto_numerator", COUNT, lambda row: row["veto_numerator"]),
            Column("veto_denominator", COUNT, lambda row: row["veto_denominator"]),
            Column("veto_high", RATE, lambda row: row["veto_ci_high"]),
        ]
    book.table_sheet("sheet.ranking", columns, facts.ranking)


def _domains(book: Book, facts: Facts, words: Words) -> None:
    """Points lost by domain, with the score 100 in all; and as a chart."""
    points = {(row["division_code"], row["domain"]): row["lost"] for row in facts.domains}
    columns = [Column("division", LEFT, lambda row: row["division_name"])]
    columns += [
        Column(f"domain.{domain}", EXACT, lambda row, domain=domain: points.get((row["division_code"], domain)))
        for domain in DOMAINS
    ]
    columns.append(Column("score", EXACT, lambda row: row["score"]))
    sheet, top = book.table_sheet("sheet.domains", columns, facts.ranked)
    if facts.ranked:
        scores_chart(book, sheet, top, len(facts.ranked), len(DOMAINS), words("sheet.chart.scores"))


def _indicators(book: Book, facts: Facts, words: Words) -> None:
    """The parent's results, and how many units stand where as a chart."""
    names = {"not_serious": "not_met"}
    columns = [
        Column("indicator", LEFT, lambda row: row["indicator_name"]),
        *(Column(names.get(name, name), COUNT, lambda row, name=name: row[name]) for name in STATES),
        Column("domain", LEFT, lambda row: words(f"domain.{row['domain']}")),
        Column("target", RATE, lambda row: row["target_value"], _target),
        *_figures(words),
        Column("clause", LEFT, lambda row: row["source_clause"]),
    ]
    sheet, top = book.table_sheet("sheet.indicators", columns, facts.indicators)
    verdicts_chart(book, sheet, top, len(facts.indicators), words("sheet.chart.verdicts"))


def _matrix(book: Book, facts: Facts, words: Words) -> None:
    cells = [table.rows for table in tables.matrix(facts, words, [""] * -(-len(facts.ranking) // tables.UNITS_ACROSS))]
    rows = [part[0] + [cell for more in part[1:] for cell in more[1:]] for part in zip(*cells, strict=True)]
    book.cell_sheet("sheet.matrix", ["column.indicator"], [row["division_name"] for row in facts.ranking], rows)


def _results(book: Book, facts: Facts, words: Words) -> None:
    columns = [
        Column("division", LEFT, lambda row: row["division_name"]),
        Column("code", LEFT, lambda row: row["division_code"]),
        Column("indicator", LEFT, lambda row: row["indicator_name"]),
        Column("indicator_code", LEFT, lambda row: row["indicator_code"]),
        Column("target", RATE, lambda row: row["target_value"], _target),
        *_figures(words),
        Column("lost", EXACT, lambda row: row["lost"]),
    ]
    book.table_sheet("sheet.results", columns, facts.results)


def _changes(book: Book, facts: Facts, words: Words) -> None:
    """Every score's change part by part, by points lost; what entered or left is one part."""

    def detail(row: dict) -> str | None:
        parts = [words(f"cell.{name}", names=words.names(row[name])) for name in ("entered", "departed") if row[name]]
        return formatting.clauses(parts, words.language)[:-1] if parts else None

    columns = [
        Column("division", LEFT, lambda row: row["division_name"]),
        Column("score_change", EXACT, lambda row: row["score_change"]),
        Column("part", LEFT, lambda row: row["indicator_name"] or words("change.mix")),
        Column("previous_lost", EXACT, lambda row: row["previous_lost"]),
        Column("lost", EXACT, lambda row: row["lost"]),
        Column("change", EXACT, lambda row: row["change"]),
        Column("detail", LEFT, detail),
    ]
    book.table_sheet("sheet.changes", columns, facts.changes)


def _goals(book: Book, facts: Facts, words: Words) -> None:
    """Per unit and indicator what it would take: exact counts and points."""
    columns = [
        Column("division", LEFT, lambda row: row["division_name"]),
        Column("indicator", LEFT, lambda row: row["indicator_name"]),
        Column("target", RATE, lambda row: row["target_value"], _target),
        *(Column(name, COUNT, lambda row, name=name: row[name]) for name in ("denominator", "missed")),
        *(Column(name, EXACT, lambda row, name=name: row[name]) for name in ("points_per_case", "points_to_target")),
        *(
            Column(name, COUNT, lambda row, name=name: row[name])
            for name in ("cases_to_target", "can_still_meet", "open_to_target", "lost_for_good")
        ),
        Column("latest_due", LEFT, lambda row: words.day(row["latest_due_at"]) if row["latest_due_at"] else None),
    ]
    own = facts.parent["division_code"]
    book.table_sheet("sheet.goals", columns, [row for row in facts.steps if row["division_code"] != own])


def _slow(book: Book, facts: Facts, words: Words) -> None:
    last = {id(row): json.loads(row["evidence"])[-1] for row in facts.slow}

    def tolerance(row: dict) -> list:
        return [last[id(row)]["tolerance_value"]]

    columns = [
        Column("division", LEFT, lambda row: row["division_name"]),
        Column("indicator", LEFT, lambda row: row["indicator_name"]),
        Column("target", RATE, lambda row: last[id(row)]["target_value"], lambda row: _target(last[id(row)])),
        Column("missed_months", COUNT, lambda row: row["months_missed"]),
        Column("counted_months", COUNT, lambda row: row["months_counted"]),
        Column("months", LEFT, lambda row: "；".join(tables.missed_months(json.loads(row["evidence"]), words))),
        *(
            Column(
                name,
                RATE,
                lambda row, value=value: last[id(row)][value],
                tolerance,
            )
            for name, value in (("favourable", "ci_high"), ("tolerance", "tolerance_value"))
        ),
    ]
    book.table_sheet("sheet.slow", columns, facts.slow, wide="months")


def _method(book: Book, facts: Facts, words: Words) -> None:
    rows = [(words(f"method.{name}"), words(f"method.{name}.how"), "", None, "") for name in composition.METHODS]
    rows += [
        (row["indicator_name"], row["definition"], words(f"measure.{row['measure_kind']}"), row["judged_months"],
         row["source_clause"])
        for row in facts.indicators
    ]  # fmt: skip
    columns = [
        Column(name, COUNT if name == "judged" else LEFT, lambda row, place=place: row[place] or None)
        for place, name in enumerate(("topic", "text", "measure", "judged", "clause"))
    ]
    book.table_sheet("sheet.method", columns, rows, wide="text")


def _figures(words: Words) -> list[Column]:
    """What every result has: the counts that it is judged on and since when, rate, range, verdict, whether it is
    provisional."""
    return [
        Column("numerator", COUNT, lambda row: row["numerator"]),
        Column("denominator", COUNT, lambda row: row["denominator"]),
        Column("judged_from", LEFT, lambda row: _judged_from(row, words)),
        Column("pending", COUNT, lambda row: row["pending"]),
        Column("rate", RATE, lambda row: row["value"], _target),
        Column("low", RATE, lambda row: row["ci_low"], _target),
        Column("high", RATE, lambda row: row["ci_high"], _target),
        Column("verdict", LEFT, lambda row: tables.verdict(row, words)),
        Column("provisional", LEFT, lambda row: _yes(row["is_provisional"], words)),
    ]


def _judged_from(row: dict, words: Words) -> str | None:
    """The first month of the cases, where they are more than the period's own."""
    return (
        formatting.month(row["judged_from"], words.language)
        if row["judged_months"] > 1 and row["judged_from"]
        else None
    )


def _target(row: dict) -> list:
    """What a rate may not be rounded across."""
    return [row["target_value"]]


def _grade(row: dict, words: Words) -> str | None:
    if not row["is_assessed"]:
        return words("cell.unassessed")
    return words("cell.vetoed", grade=row["grade_name"]) if row["is_vetoed"] else row["grade_name"]


def _yes(is_so: bool | None, words: Words) -> str | None:
    return words("cell.yes") if is_so else None
