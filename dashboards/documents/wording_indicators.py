"""The sentences on indicators: which targets were reached as a whole, which cost most, what is slow and whose it is."""

from __future__ import annotations

from dashboards import formatting
from dashboards.documents.facts import Facts
from dashboards.documents.words import Words
from dashboards.edition import Row

COSTLY = 3
ENTRIES_NAMED = 8


def costliest(rows: list[Row], limit: int) -> list[Row]:
    """The `limit` indicators on which most points were lost, the costliest first, and all that cost as much as the
    last."""
    costly = sorted((row for row in rows if row["mean_lost"]), key=lambda row: (-row["mean_lost"], row["position"]))
    least = costly[:limit][-1]["mean_lost"] if costly else 0
    return [row for row in costly if row["mean_lost"] >= least]


def indicators(facts: Facts, words: Words, annex: str) -> list[str]:
    """The parent as a whole: how many targets were reached, and the missed ones that cost most; all are in `annex`."""
    held = [row for row in facts.indicators if row["verdict"] in ("met", "cannot_tell", "not_met")]
    reached, missed = ([row for row in held if bool(row["is_reached"]) is is_so] for is_so in (True, False))
    place = facts.parent["division_name"]
    first = ""
    if held:
        name = "all" if not missed else "nothing" if not reached else "some"
        count, values = len(held), {"place": place, "reached": words.count(len(reached))}
        first = (
            words("indicators.some", count=words.count(count), **values)
            if name == "some"
            else words.plural(f"indicators.{name}", count, **values)
        )
    named = costliest(missed, COSTLY) or missed
    rest = len(missed) - len(named)
    absent = [row["indicator_name"] for row in facts.indicators if row["denominator"] is None]
    return [
        sentence
        for sentence in (
            words.sentence(first),
            words.sentence(
                *(_missed(facts, words, row) for row in named),
                words.plural("indicators.rest", rest, number=annex) if rest else "",
                lead=words("indicators.missed"),
            )
            if named
            else "",
            words.sentence(words("indicators.absent", names=words.names(absent)) if absent else ""),
        )
        if sentence
    ]


def finding(facts: Facts, words: Words) -> str:
    """What the figure of indicators shows: on which most units fall short, all of them where several do."""
    most = max((row["short"] for row in facts.indicators), default=0)
    if not most:
        return words("chart.indicators.title.none")
    names = [row["indicator_name"] for row in facts.indicators if row["short"] == most]
    return words.plural("chart.indicators.title", len(names), indicators=words.names(names), short=words.count(most))


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


def common(facts: Facts, words: Words) -> str:
    """What most townships share: the county's matter, and nobody's alone; nothing where there is none."""
    if not facts.common:
        return ""
    return words.sentence(words("common", names=words.names([_shared(facts, words, row) for row in facts.common])))


def _shared(facts: Facts, words: Words, row: Row) -> str:
    target = next(one["target_value"] for one in facts.indicators if one["indicator_code"] == row["indicator_code"])
    is_own = row["division_code"] == facts.parent["division_code"]
    name = row["indicator_name"]
    return words(
        "common.one",
        name=name if is_own else words("common.place", place=row["division_name"], name=name),
        rate=formatting.share(row["county_rate"], words.language, target),
        listed=words.count(row["townships_listed"]),
        ranked=words.count(row["townships_ranked"]),
    )


def _missed(facts: Facts, words: Words, row: Row) -> str:
    units = {"unit": words.unit(facts.level), "unit_one": words.unit_one(facts.level)}
    short = row["short"]
    everybody = short == row["held"] and short > 1
    parts = [words("indicators.target", target=words.target(row))]
    if row["judged_months"] > 1:
        parts.insert(0, words("indicators.window", window=words.window(row, facts.last_month), cases=words.cases(row)))
    if short:
        parts.append(
            words("indicators.by_all", **units) if everybody else words.plural("indicators.by", short, **units)
        )
    if row["withheld"]:
        parts.append(words.plural("indicators.withheld", row["withheld"], **units))
    if row["mean_lost"]:
        parts.append(words("indicators.cost", points=formatting.points(row["mean_lost"], words.language)))
    name = words("indicators.missed.one", indicator=row["indicator_name"], rate=words.rate(row))
    return words("name.because", name=name, reasons=("，" if words.language == "zh" else ", ").join(parts))
