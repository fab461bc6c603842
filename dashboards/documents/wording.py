"""The sentences of the bulletin, each from its facts and grammatical in every case: nobody, one, some, all.

Places and changes are worded in `wording_places`, indicators in `wording_domains`. Integrity is a number of matters to
look at and names nobody. Headings, tables and figures are put around them in `composition`.
"""

from __future__ import annotations

from dashboards import formatting
from dashboards.documents.facts import Facts
from dashboards.documents.words import Words

COSTLY = 3
ENTRIES_NAMED = 12


def opening(facts: Facts, words: Words) -> str:
    as_of = words("opening.as_of", as_of=formatting.date(facts.source["newest_as_of"], facts.language))
    said = words("opening", place=facts.parent["division_name"], period=facts.period, unit=words.unit(facts.level))
    return words.text(words.sentence(said), words.sentence(as_of))


def overall(facts: Facts, words: Words) -> str:
    """How many were assessed, the average, the grades, and who was left out."""
    ranked, left_out = facts.ranked, [row["division_name"] for row in facts.ranking if not row["is_assessed"]]
    if not ranked:
        return words.sentence(words("overall.none", unit=words.unit(facts.level), unit_one=words.unit_one(facts.level)))
    score = formatting.score(facts.summary["mean_score"], facts.language)
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
    vetoed = [row for row in facts.ranking if row["is_vetoed"]]
    if not vetoed:
        key = "veto.none.provisional" if facts.is_provisional else "veto.none"
        return words.sentence(words(key, unit=words.unit(facts.level), unit_one=words.unit_one(facts.level)))
    names = []
    for row in vetoed:
        codes = (row["vetoed_by"] or "").split()
        figures = [
            words("veto.figure", indicator=one["indicator_name"], rate=words.rate(one), cases=words.cases(one))
            for one in facts.results
            if one["division_code"] == row["division_code"] and one["indicator_code"] in codes
        ]
        reasons = formatting.listing(figures, facts.language)
        name = row["division_name"]
        names.append(words("name.because", name=name, reasons=reasons) if reasons else name)
    return words.sentence(words.plural("veto.some", len(names), names=words.names(names)))


def slow(facts: Facts, words: Words, annex: str) -> str:
    """Who is listed for slow progress and for what; `annex`: the number of the one with the evidence."""
    month = formatting.month(facts.last_month, facts.language)
    if not facts.slow:
        return words.sentence(words("slow.pending" if facts.is_provisional else "slow.none", month=month))
    entries: dict[str, list[str]] = {}
    for entry in facts.slow:
        entries.setdefault(entry["division_name"], []).append(entry["indicator_name"])
    is_short = len(facts.slow) <= ENTRIES_NAMED
    names = [
        words("name.because", name=name, reasons=formatting.listing(indicators, facts.language))
        if is_short
        else words("slow.named.count", name=name, count=words.count(len(indicators)))
        for name, indicators in entries.items()
    ]
    total = words.plural("slow.entries", len(facts.slow))
    return words.sentence(
        words.plural("slow.some", len(entries), month=month, entries=total),
        words("slow.named", names=words.names(names)),
        words("slow.rest_pending") if facts.is_provisional else "",
        words("slow.evidence", number=annex),
    )


def matters(facts: Facts, words: Words) -> list[str]:
    """What is provisional, and how many matters there are to look at."""
    waiting = [row["indicator_name"] for row in facts.indicators if row["provisional"]]
    counted = [row for row in facts.indicators if row["denominator"]]
    provisional = words("matters.closed")
    if waiting and len(waiting) >= len(counted) > 1:
        provisional = words("matters.provisional.all")
    elif waiting:
        provisional = words.plural("matters.provisional", len(waiting), names=words.names(waiting))
    look = words.plural("matters.look", facts.matters) if facts.matters else words("matters.look.none")
    return [words.sentence(provisional), words.sentence(look)]


def next_steps(facts: Facts, words: Words, annex: str) -> list[str]:
    """What is asked for, in neutral words, and only where there is a reason."""
    costly = [row["indicator_name"] for row in facts.losses[:COSTLY]]
    steps = [
        words("next.veto") if any(row["is_vetoed"] for row in facts.ranking) else "",
        words("next.slow", number=annex) if facts.slow else "",
        words("next.lost", indicators=words.names(costly)) if costly else "",
        words("next.kept") if facts.ranked and not costly else "",
        words("next.pending") if any(row["provisional"] for row in facts.indicators) else "",
        words("next.look") if facts.matters else "",
        words("next.objection"),
    ]
    return [words.sentence(step) for step in steps if step]


def _lower(grade: str | None, facts: Facts) -> str:
    return (grade or "").lower() if facts.language == "en" else grade or ""
