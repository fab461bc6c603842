"""The sentences of the bulletin, each from its facts and grammatical in every case: nobody, one, some, all.

Places, silence and changes are worded in `wording_places`, indicators and slow progress in `wording_indicators`.
Integrity is a number of matters to look at and names nobody. Headings, tables and figures are put around them in
`composition`.
"""

from __future__ import annotations

from dashboards import formatting
from dashboards.documents.facts import Facts
from dashboards.documents.letterhead import Letterhead
from dashboards.documents.wording_indicators import COSTLY, costliest
from dashboards.documents.words import Words
from dashboards.edition import Row


def opening(facts: Facts, words: Words) -> str:
    as_of = formatting.date(facts.source["newest_as_of"], facts.language)
    place, unit = facts.parent["division_name"], words.unit(facts.level)
    return words.sentence(words("opening", place=place, period=facts.period, unit=unit, as_of=as_of))


def overall(facts: Facts, words: Words) -> str:
    """How many were assessed, the average, the grades, and who was left out."""
    ranked, left_out = facts.ranked, [row["division_name"] for row in facts.ranking if not row["is_assessed"]]
    if not ranked:
        return words.sentence(words("overall.none", unit=words.unit(facts.level), unit_one=words.unit_one(facts.level)))
    score = words.score(facts.summary["mean_score"])
    perfect = words.plural("overall.perfect", len(ranked)) if facts.counts["perfect"] == len(ranked) else ""
    if len(ranked) == 1:
        grade = _lower(ranked[0]["grade_name"], facts)
        key = "overall.alone" if grade else "overall.alone.ungraded"
        said = [words(key, name=ranked[0]["division_name"], score=score, grade=grade)]
    else:
        said = [words("overall.many", count=words.count(len(ranked)), unit=words.unit(facts.level), score=score)]
        grades = [
            words("overall.grade", grade=row["grade_name"], count=words.count(row["divisions"])) for row in facts.grades
        ]
        if grades:
            said.append(words("overall.grades", grades=words.names(grades)))
    unassessed = words.plural("overall.unassessed", len(left_out), names=words.names(left_out)) if left_out else ""
    return words.sentence(*said, perfect, unassessed)


def vetoes(facts: Facts, words: Words) -> str:
    """Who is vetoed and by which twelve months, and who is nearest to it; nothing where the county sets no veto."""
    held = [row for row in facts.ranking if row["veto_indicator_code"]]
    vetoed = [row for row in facts.ranking if row["is_vetoed"]]
    if not (held or vetoed):
        return ""
    names = [_by(facts, row, words) for row in vetoed]
    unit = {"unit": words.unit(facts.level), "unit_one": words.unit_one(facts.level)}
    said = words.plural("veto.some", len(names), names=words.names(names)) if names else ""
    if not vetoed:
        said = words("veto.none.provisional" if facts.is_provisional else "veto.none", **unit)
    left = [row for row in held if not row["is_vetoed"] and row["veto_misses_left"]]
    nearest = [row for row in left if row["veto_misses_left"] == min(one["veto_misses_left"] for one in left)]
    near = words.names([_by(facts, row, words) for row in nearest])
    cliff = words.plural("veto.nearest", nearest[0]["veto_misses_left"], names=near) if nearest else ""
    return words.sentence(said, cliff)


def matters(facts: Facts, words: Words) -> list[str]:
    """What is still to come and provisional, by name; and how many matters there are to look at."""
    look = words.plural("matters.look", facts.matters) if facts.matters else words("matters.look.none")
    said = [words("matters.closed")] if not facts.is_provisional else [*_missing(facts, words), *_waiting(facts, words)]
    return [words.sentence(*said), words.sentence(look)]


def next_steps(facts: Facts, words: Words, annexes: dict[str, str]) -> list[str]:
    """What is asked for, in neutral words, and only where there is a reason. `annexes`: their numbers by name."""
    costly = costliest(facts.indicators, COSTLY)
    withheld = [row for row in facts.ranking if facts.silent(row["division_code"], is_withheld=True)]
    each = words("next.each", number=annexes["goals"]) if "goals" in annexes else ""
    steps = [
        [words("next.withheld", names=words.names([_owed(facts, words, row) for row in withheld]))] if withheld else [],
        [words("next.pending")] if any(not row["is_withheld"] for row in facts.silences) else [],
        [words("next.veto")] if any(row["is_vetoed"] for row in facts.ranking) else [],
        [words("next.common", indicators=words.names(_unique(facts.common)))] if facts.common else [],
        [words("next.slow", number=annexes["slow"])] if facts.slow else [],
        [
            words("next.lost" if facts.running_month else "next.lost.past"),
            *(_to_do(facts, words, row) for row in costly),
            each,
        ]
        if costly
        else [],
        [words("next.kept")] if facts.ranked and not costly else [],
        [words("next.objection")],
    ]
    return [words.sentence(*step) for step in steps if step]


def reporting(letterhead: Letterhead, words: Words) -> str:
    """Until when and to which office; nothing where the office has not set it."""
    office = letterhead.report_to
    day = formatting.date(letterhead.report_by, words.language) if letterhead.report_by else ""
    if not (office or day):
        return ""
    key = "next.report" if office and day else "next.report.office" if office else "next.report.day"
    return words.sentence(words(key, office=office, day=day))


def _by(facts: Facts, row: Row, words: Words) -> str:
    """A unit with the twelve months of its veto indicator and the upper limit that they allow."""
    code = row["veto_indicator_code"]
    if code is None:  # Older editions do not say which.
        return row["division_name"]
    target = next(one["target_value"] for one in facts.indicators if one["indicator_code"] == code)
    counts = {"numerator": row["veto_numerator"], "denominator": row["veto_denominator"]}
    figure = words(
        "veto.figure",
        indicator=row["veto_indicator_name"],
        rate=words.rate(counts | {"target_value": target}),
        cases=words.cases(counts),
        high=formatting.share(row["veto_ci_high"], words.language, target),
    )
    return words("name.because", name=row["division_name"], reasons=figure)


def _missing(facts: Facts, words: Words) -> list[str]:
    """Which extracts of whom are still to come, all whose the same are still to come named together."""
    groups: dict[str, list[str]] = {}
    for row in facts.ranking:
        silent = facts.silent(row["division_code"], is_withheld=False)
        if silent:
            groups.setdefault(words.sources(silent), []).append(row["division_name"])
    everybody = words("matters.everybody", unit=words.unit(facts.level))
    return [
        words(
            "matters.missing",
            sources=sources,
            names=everybody if len(names) == len(facts.ranking) > 1 else words.names(names),
        )
        for sources, names in groups.items()
    ]


def _waiting(facts: Facts, words: Words) -> list[str]:
    waiting = [row["indicator_name"] for row in facts.indicators if row["provisional"]]
    counted = [row for row in facts.indicators if row["denominator"]]
    if waiting and len(waiting) >= len(counted) > 1:
        return [words("matters.provisional.all")]
    ranks = sum(bool(row["is_provisional"]) for row in facts.ranking)
    return [
        words.plural("matters.provisional", len(waiting), names=words.names(waiting)) if waiting else "",
        words.plural("matters.ranks", ranks, unit=words.unit(facts.level), unit_one=words.unit_one(facts.level))
        if ranks
        else "",
        words("matters.later"),
    ]


def _owed(facts: Facts, words: Words, row: Row) -> str:
    sources = words.sources(facts.silent(row["division_code"], is_withheld=True))
    return words("name.because", name=row["division_name"], reasons=sources)


def _to_do(facts: Facts, words: Words, row: Row) -> str:
    """Of an indicator: how many cases the parent is short of its target, and what can still be done until when."""
    own = facts.parent["division_code"]
    step = next((one for one in facts.steps_of(own) if one["indicator_code"] == row["indicator_code"]), None)
    short = words.plural("next.short", step["cases_to_target"]) if step and step["cases_to_target"] else ""
    still = _still(facts.still_open(own, row["indicator_code"]), words) if facts.running_month else ""
    said = ("，" if words.language == "zh" else ", ").join(part for part in (short, still) if part)
    return words("next.indicator", indicator=row["indicator_name"], said=said) if said else ""


def _still(step: Row | None, words: Words) -> str:
    """What can still be met, and until when."""
    if not step or not step["can_still_meet"]:
        return words("next.still.none")
    if step["latest_due_at"] is None:
        return words.plural("next.still", step["can_still_meet"])
    return words.plural("next.still.until", step["can_still_meet"], day=words.day(step["latest_due_at"]))


def _unique(rows: list[Row]) -> list[str]:
    return [*dict.fromkeys(row["indicator_name"] for row in rows)]


def _lower(grade: str | None, facts: Facts) -> str:
    return (grade or "").lower() if facts.language == "en" else grade or ""
