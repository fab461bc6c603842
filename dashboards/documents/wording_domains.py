"""The sentences on a domain's indicators: which targets were reached as a whole, how many fell short of the others."""

from __future__ import annotations

from dashboards import formatting
from dashboards.documents.facts import Facts
from dashboards.documents.words import Words
from dashboards.edition import Row


def of_domain(facts: Facts, words: Words, domain: str) -> list[str]:
    """A domain's indicators for the parent as a whole: which targets were reached, which were not and by how many."""
    rows = [row for row in facts.indicators if row["domain"] == domain]
    held = [row for row in rows if row["is_reached"] is not None]
    reached = [row for row in held if row["is_reached"]]
    missed = [row for row in held if not row["is_reached"]]
    values = {"place": facts.parent["division_name"], "reached": words.count(len(reached))}
    first = ""
    if held:
        name = "all" if not missed else "nothing" if not reached else "some"
        count = words.count(len(held))
        first = (
            words("domain.some", count=count, **values)
            if name == "some"
            else words.plural(f"domain.{name}", len(held), **values)
        )
    listed = words("domain.reached", names=_rated(reached, words)) if reached else ""
    but = [
        words("name.counted", name=row["indicator_name"], count=words.count(row["short"]))
        for row in reached
        if row["short"]
    ]
    said_but = ""
    if but:
        units = {"unit": words.unit(facts.level), "unit_one": words.unit_one(facts.level)}
        said_but = words("domain.reached_but", names=words.names(but), **units)
    free = [row for row in rows if row["target_value"] is None and row["denominator"]]
    absent = [row["indicator_name"] for row in rows if row not in held and row not in free]
    rest = [
        words("domain.untargeted", names=_rated(free, words)) if free else "",
        words("domain.absent", names=words.names(absent)) if absent else "",
    ]
    return [
        sentence
        for sentence in (
            words.sentence(first, listed, said_but),
            words.sentence(*(_missed(facts, words, row) for row in missed), lead=words("domain.missed")),
            words.sentence(*rest),
        )
        if sentence
    ]


def _missed(facts: Facts, words: Words, row: Row) -> str:
    target = formatting.share(row["target_value"], facts.language)
    name = words("domain.missed.one", indicator=row["indicator_name"], rate=_judged_rate(row, words), target=target)
    units = {"unit": words.unit(facts.level), "unit_one": words.unit_one(facts.level)}
    short, serious = row["short"], row["serious"]
    if not short:
        return name
    everybody = short == row["held"] and short > 1
    by = words("domain.missed.all", **units) if everybody else words.plural("domain.missed.some", short, **units)
    far = ""
    if serious:
        far = words.plural("domain.serious.all", short) if serious == short else words.plural("domain.serious", serious)
    return ("，" if facts.language == "zh" else ", ").join(part for part in (name, by, far) if part)


def _rated(rows: list[Row], words: Words) -> str:
    return words.names([_rated_one(row, words) for row in rows])


def _rated_one(row: Row, words: Words) -> str:
    if row["judged_months"] > 1:
        months = words.count(row["judged_months"])
        return words("name.rated.judged", name=row["indicator_name"], rate=words.rate(row), months=months)
    return words("name.rated", name=row["indicator_name"], rate=words.rate(row))


def _judged_rate(row: Row, words: Words) -> str:
    """A rate, and that it is judged over more than this period's cases where it is."""
    if row["judged_months"] == 1:
        return words.rate(row)
    return words("rate.judged", rate=words.rate(row), months=words.count(row["judged_months"]))
