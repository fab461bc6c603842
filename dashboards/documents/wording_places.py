"""The sentences on places and changes: who leads and trails as far as tiers and intervals carry it, who moved."""

from __future__ import annotations

from dashboards import formatting
from dashboards.documents.facts import Facts
from dashboards.documents.words import Words
from dashboards.edition import Row

ENDS = 3
FEW_FOR_TIERS = 6


def places(facts: Facts, words: Words) -> list[str]:
    """Who stands first and last by score, and how much of that is sure; nothing with fewer than two."""
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
    tiers = {tier: [row["division_name"] for row in ranked if row["tier"] == tier] for tier in ("front", "rear")}
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


def finding(facts: Facts, words: Words) -> str:
    """What the figure of ranks shows: how many places are certain."""
    if not any(row["tier"] for row in facts.ranked):
        return words("league.title.no_tiers") if len(facts.ranked) < FEW_FOR_TIERS else words("chart.ranks.axis")
    numbers = {
        tier: words.count(len([row for row in facts.ranked if row["tier"] == tier]))
        for tier in ("front", "middle", "rear")
    }
    return words("league.title", **numbers)


def changes(facts: Facts, words: Words) -> str:
    """Who really moved; nothing if nobody was assessed."""
    ranked = facts.ranked
    if not ranked:
        return ""
    against = words(f"change.against.{facts.kind}")
    compared = [row for row in ranked if row["score_trend"]]
    if not compared:
        return words.sentence(words("change.none"), lead=against)
    said = []
    for trend in ("improved", "worsened"):
        names = [
            _changed(row, words)
            for row in ranked
            if row["score_trend"] == trend
        ]  # fmt: skip
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


def _changed(row: Row, words: Words) -> str:
    return words(
        "name.changed",
        name=row["division_name"],
        change=formatting.change(row["score_change"], words.language),
    )


def _scored(rows: list[Row], words: Words) -> str:
    return words.names([
        words(
            "name.scored.vetoed" if row["is_vetoed"] else "name.scored",
            name=row["division_name"],
            score=formatting.score(row["score"], words.language),
        )
        for row in rows
    ])  # fmt: skip
