"""The sentences on places, silence and changes: who leads and trails as far as chance lets it be said, who moved."""

from __future__ import annotations

from dashboards import formatting
from dashboards.documents.facts import Facts
from dashboards.documents.words import Words
from dashboards.edition import Row

ENDS = 3
FEW_FOR_TIERS = 6
PARTS = 2


def places(facts: Facts, words: Words) -> list[str]:
    """Who stands first and last by score, and how likely that is; nothing with fewer than two."""
    ranked = facts.ranked
    if len(ranked) < 2:
        return []
    if ranked[-1]["rank"] == 1:
        return [words.sentence(words("places.level", unit=words.unit(facts.level)))]
    ends = words.sentence(*_ends(ranked, words))
    if not any(row["tier"] for row in ranked):
        sure = words("places.apart" if facts.counts["is_overlapping"] is False else "places.overlap")
        few = words("places.few") if len(ranked) < FEW_FOR_TIERS else ""
        return [ends, words.sentence(few, sure)]
    tiers = {tier: [likely(row, words) for row in ranked if row["tier"] == tier] for tier in ("front", "rear")}
    said = [
        words.plural(f"places.{tier}", len(names), names=words.names(names)) for tier, names in tiers.items() if names
    ]
    if not said:
        return [
            ends,
            words.sentence(words("places.no_tier", unit=words.unit(facts.level), unit_one=words.unit_one(facts.level))),
        ]
    middle = facts.counts["middle"]
    return [ends, words.sentence(*said, words.plural("places.rest", middle) if middle else "")]


def likely(row: Row, words: Words) -> str:
    """Who is in an outer tier, with the chance of it; without it where an edition does not have it."""
    chance = row[f"p_{row['tier']}"]
    if chance is None:
        return row["division_name"]
    return words("name.likely", name=row["division_name"], chance=formatting.chance(chance, words.language))


def finding(facts: Facts, words: Words) -> str:
    """What the figure of ranks shows: how many places are likely."""
    if not any(row["tier"] for row in facts.ranked):
        return words("league.title.no_tiers") if len(facts.ranked) < FEW_FOR_TIERS else words("chart.ranks.axis")
    numbers = {
        tier: words.count(len([row for row in facts.ranked if row["tier"] == tier]))
        for tier in ("front", "middle", "rear")
    }
    return words("chart.ranks.title", **numbers)


def silence(facts: Facts, words: Words) -> str:
    """Who withholds which extracts, with the rank it has in spite of it; nothing if nobody does."""
    said = []
    for row in facts.ranking:
        withheld = facts.silent(row["division_code"], is_withheld=True)
        if not withheld:
            continue
        zeroes = sum(
            one["division_code"] == row["division_code"] and one["verdict"] == "not_delivered" and bool(one["lost"])
            for one in facts.results
        )
        place = words("silence.rank", rank=words.count(row["rank"])) if row["rank"] else words("silence.unranked")
        said.append(words("silence.withheld", name=row["division_name"], place=place, sources=words.sources(withheld)))
        if zeroes:
            said[-1] += words.plural("silence.zero", zeroes)
    return words.sentence(*said, lead=words("silence")) if said else ""


def changes(facts: Facts, words: Words) -> str:
    """Who really moved and on what; nothing if nobody was assessed."""
    ranked = facts.ranked
    if not ranked:
        return ""
    against = words(f"change.against.{facts.kind}")
    compared = [row for row in ranked if row["score_trend"]]
    if not compared:
        return words.sentence(words("change.none"), lead=against)
    said = []
    for trend in ("improved", "worsened"):
        names = [_changed(facts, row, words) for row in ranked if row["score_trend"] == trend]
        if names:
            said.append(words.plural(f"change.{trend}", len(names), names=words.names(names)))
    unchanged = facts.counts["unchanged"]
    if not said:
        said.append(words("change.nobody"))
    elif unchanged:
        said.append(words.plural("change.rest", unchanged))
    incomparable = [row["division_name"] for row in ranked if not row["score_trend"]]
    if incomparable:
        said.append(words.plural("change.incomparable", len(incomparable), names=words.names(incomparable)))
    return words.sentence(*said, lead=against)


def _ends(ranked: list[Row], words: Words) -> list[str]:
    """The first and the last few by rank; where ties or small numbers make them meet, only the first and the last."""
    top = [row for row in ranked if row["rank"] <= ENDS]
    bottom = [row for row in ranked if row["rank"] >= ranked[-ENDS]["rank"]] if len(ranked) > ENDS else ranked
    if len(ranked) >= FEW_FOR_TIERS and not any(row in top for row in bottom):
        return [words("places.top", names=_scored(top, words)), words("places.bottom", names=_scored(bottom, words))]
    ends = {"first": [row for row in ranked if row["rank"] == 1]}
    ends["last"] = [row for row in ranked if row["rank"] == ranked[-1]["rank"]]
    return [words.plural(f"places.{end}", len(rows), names=_scored(rows, words)) for end, rows in ends.items()]


def _changed(facts: Facts, row: Row, words: Words) -> str:
    """By how much, and the indicators that moved it most that way, by points lost; what entered or left is a part by
    itself."""
    parts = [one for one in facts.changes if one["division_code"] == row["division_code"]]
    is_up = row["score_trend"] == "improved"
    along = [one for one in parts if one["change_kind"] != "mix" and (one["change"] > 0) == is_up]
    least = abs(along[:PARTS][-1]["change"]) if along else 0
    told = [one for one in along if abs(one["change"]) >= least]
    told += [one for one in parts if one["change_kind"] == "mix"]
    change = formatting.change(row["score_change"], words.language)
    if not told:
        return words("name.changed", name=row["division_name"], change=change)
    reasons = formatting.listing([part_of_change(one, words) for one in told], words.language)
    return words("name.changed.by", name=row["division_name"], change=change, reasons=reasons)


def part_of_change(part: Row, words: Words) -> str:
    name = part["indicator_name"] or words("change.mix")
    return words("change.part", name=name, change=formatting.change(part["change"], words.language))


def _scored(rows: list[Row], words: Words) -> str:
    return words.names([
        words(
            "name.scored.vetoed" if row["is_vetoed"] else "name.scored",
            name=row["division_name"],
            score=words.score(row["score"]),
        )
        for row in rows
    ])  # fmt: skip
