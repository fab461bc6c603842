"""The sentence a page opens with, made from its figures: grammatical for ties, for one alone, for none assessed."""

from __future__ import annotations

from dashboards import formatting
from dashboards.components import standing
from dashboards.edition import Row
from dashboards.view import View, counted, text


def of_ranking(view: View, ranking: list[Row], summary: Row, slow: list[Row], provisional: int) -> str:
    """Who leads and trails for sure, who is vetoed, what really moved, who is slow, what is provisional."""
    ranked = [row for row in ranking if row["is_assessed"]]
    if not ranked:
        return text("ranking.sentence.nobody", period=view.period)
    score = formatting.score(summary["mean_score"], view.language)
    if len(ranked) == 1:
        parts = [text("ranking.sentence.alone", period=view.period, division=ranked[0]["division_name"], score=score)]
    else:
        unit = text(f"unit.{ranked[0]['level']}")
        count = formatting.count(len(ranked), view.language)
        parts = [text("ranking.sentence.mean", period=view.period, count=count, unit=unit, score=score)]
        parts += _ends(view, ranked)
    slow_names = list(dict.fromkeys(entry["division_name"] for entry in slow))
    groups = [
        ("vetoed", [row["division_name"] for row in ranked if row["is_vetoed"]]),
        ("improved", [row["division_name"] for row in ranked if row["score_trend"] == "improved"]),
        ("worsened", [row["division_name"] for row in ranked if row["score_trend"] == "worsened"]),
        ("withheld", [row["division_name"] for row in ranking if row["withheld"]]),
        ("slow" if len(slow_names) < len(ranked) else "all_slow", slow_names),
    ]
    parts += [
        text(f"ranking.sentence.{name}", divisions=formatting.some(names, view.language))
        for name, names in groups
        if names
    ]
    if provisional:
        parts.append(counted("sentence.provisional", provisional))
    return formatting.clauses(parts, view.language)


def _ends(view: View, ranked: list[Row]) -> list[str]:
    """Who is surely ahead and behind; with too few for tiers, simply the first and the last."""
    if ranked[-1]["rank"] == 1:
        return [text("ranking.sentence.level")]
    if not any(row["tier"] for row in ranked):
        return [_end(view, ranked, name, end) for name, end in (("first", ranked[0]), ("last", ranked[-1]))]
    tiers = {tier: [row["division_name"] for row in ranked if row["tier"] == tier] for tier in ("front", "rear")}
    return [
        text(f"ranking.sentence.{tier}", divisions=formatting.some(names, view.language))
        for tier, names in tiers.items()
        if names
    ] or [text("ranking.sentence.no_tier")]


def _end(view: View, ranked: list[Row], name: str, end: Row) -> str:
    level = [row["division_name"] for row in ranked if row["rank"] == end["rank"]]
    score = formatting.score(end["score"], view.language)
    return text(f"ranking.sentence.{name}", divisions=formatting.some(level, view.language), score=score)


def of_tiers(view: View, ranking: list[Row]) -> str:
    """The finding of the league table: how many places are certain, how many are not."""
    ranked = [row for row in ranking if row["is_assessed"]]
    if len(ranked) < 2:
        return text("league.title.few")
    if not any(row["tier"] for row in ranked):
        return text("league.title.no_tiers")
    numbers = {
        tier: formatting.count(len([row for row in ranked if row["tier"] == tier]), view.language)
        for tier in ("front", "middle", "rear")
    }
    return text("league.title", **numbers)


def of_township(view: View, row: Row, said: str, indicators: list[Row]) -> str:
    """A township's score, place, how sure, what moved it, and what it lost."""
    language, division = view.language, row["division_name"]
    if not row["is_assessed"]:
        return formatting.clauses([text("card.sentence.not_assessed", period=view.period, division=division)], language)
    values = {"period": view.period, "division": division, "score": formatting.score(row["score"], language)}
    if row["assessed_count"] == 1:
        parts = [text("card.sentence.alone", **values)]
    else:
        unit = text(f"unit.{row['level']}")
        rank, count = (formatting.count(row[name], language) for name in ("rank", "assessed_count"))
        parts = [text("card.sentence.ranked", rank=rank, count=count, unit=unit, **values)]
        parts.append(text(f"card.sentence.tier.{row['tier']}", said=said) if row["tier"] else said)
    if row["score_change"] is not None:
        change = formatting.change(row["score_change"], language)
        parts.append(text(f"card.sentence.change.{row['score_trend'] or 'plain'}", change=change))
    if row["is_vetoed"]:
        codes = (row["vetoed_by"] or "").split()
        names = [one["indicator_name"] for one in indicators if one["indicator_code"] in codes]
        parts.append(text("card.sentence.vetoed", indicators=formatting.listing(names, language)))
    parts.append(_costs(indicators, language))
    if missing := standing.missing(row, language):
        parts.append(missing)
    elif row["is_provisional"]:
        parts.append(text("sentence.provisional.some"))
    return formatting.clauses(parts, language)


def _costs(indicators: list[Row], language: str) -> str:
    costly = sorted((one for one in indicators if one["lost"]), key=lambda one: (-one["lost"], one["position"]))[:3]
    if not costly:
        return text("card.sentence.lost.nothing")
    costs = [
        text("card.sentence.lost.one", indicator=one["indicator_name"], points=formatting.points(one["lost"], language))
        for one in costly
    ]
    return text("card.sentence.lost", indicators=formatting.listing(costs, language))
