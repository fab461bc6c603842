"""Where a division stands among the others and how sure that is: interval, tier, change; in one sentence each."""

from __future__ import annotations

from dashboards import formatting
from dashboards.edition import Row
from dashboards.markup import Markup, fragments, macros
from dashboards.sources import source_name
from dashboards.theme import CHANGE_GLYPHS
from dashboards.view import counted, text

_HTML = macros("standing")
_TREND_STYLES = {"improved": "met", "worsened": "not_met"}


def said(row: Row, language: str) -> str:
    """From which places a township's own cannot be told apart. Grammatical for ties, one alone, and the unranked."""
    if not row["is_assessed"] or row["rank"] is None:
        return text("standing.unranked")
    if row["assessed_count"] == 1:
        return text("standing.alone")
    if row["rank_low"] is None:
        return ""
    parts = [counted("standing.level", row["tied_with"], unit=text(f"unit.{row['level']}"))] if row["tied_with"] else []
    if row["near_low"] is not None:
        parts.append(_near(row, language))
    return ("，" if language == "zh" else ", ").join(parts) or text("standing.certain")


def _near(row: Row, language: str) -> str:
    if row["rank_low"] == 1 and row["rank_high"] == row["assessed_count"]:
        return text("standing.near.all")
    low, high = (formatting.count(row[name], language) for name in ("near_low", "near_high"))
    return text("standing.near.one", rank=low) if low == high else text("standing.near.many", low=low, high=high)


def bar(row: Row, tried: int | None = None) -> str:
    """The interval as a bar over all places, the place itself as a dot, a place `tried` as another; the first and the
    last third are tinted."""
    if not row["is_assessed"] or row["rank_low"] is None or row["assessed_count"] == 1:
        return ""
    return _HTML.interval(row, tried)


def tier(row: Row, language: str) -> str:
    """The tier, of an outer one with its chance."""
    if not row["tier"]:
        return ""
    name, chance = text(f"tier.{row['tier']}"), row.get(f"p_{row['tier']}")
    return name if chance is None else text("tier.chance", tier=name, chance=formatting.chance(chance, language))


def robustness(row: Row, language: str) -> list[str]:
    """How far the place hangs on chance, on the weights and on single indicators, in plain words."""
    if not row["is_assessed"] or row["rank_low"] is None or row["assessed_count"] == 1:
        return []
    lines = [
        _range("standing.interval", row["rank_low"], row["rank_high"], language),
        text(
            "standing.chances",
            top=formatting.share(row["p_top3"], language),
            bottom=formatting.share(row["p_bottom3"], language),
        )
        if row["p_top3"] is not None
        else "",
        _range("standing.weights", row["weight_rank_low"], row["weight_rank_high"], language),
        _range("standing.leave_one_out", row["leave_one_out_rank_low"], row["leave_one_out_rank_high"], language),
    ]
    return [line for line in lines if line]


def _range(key: str, low: int | None, high: int | None, language: str) -> str:
    if low is None:
        return ""
    if low == high:
        return text(f"{key}.one", rank=formatting.count(low, language))
    return text(f"{key}.many", low=formatting.count(low, language), high=formatting.count(high, language))


def missing(row: Row, language: str) -> str:
    """By name, of which extracts data are still to come or were never delivered; nothing where all is there."""
    sources = [source_name(source, language) for source in (row["missing_sources"] or "").split()]
    said = "standing.withheld" if row["withheld"] else "standing.missing"
    return text(said, sources=formatting.listing(sources, language)) if sources else ""


def named(row: Row, language: str, mark: str = "") -> Markup:
    """The division's name, a mark beside it, and quietly below it what is missing."""
    return _HTML.named(row["division_name"], mark, missing(row, language))


def expected(row: Row, language: str) -> str:
    """Its score beside what others make of the same indicators, in words."""
    if row["above_expected"] is None:
        return ""
    score, above = formatting.score(row["expected_score"], language), formatting.change(row["above_expected"], language)
    return text("standing.expected", expected=score, difference=above)


def veto(row: Row, language: str) -> str:
    """Twelve months of the veto indicator that stands nearest, and how far it is from vetoing; nothing without one."""
    if not row["veto_denominator"]:
        return ""
    values = {
        "indicator": row["veto_indicator_name"],
        "cases": formatting.cases(row["veto_numerator"], row["veto_denominator"], language),
        "high": formatting.share(row["veto_ci_high"], language),
    }
    if row["is_vetoed"]:
        return text("standing.veto.fell", **values)
    return counted("standing.veto", row["veto_misses_left"], **values)


def trend(row: Row) -> str:
    """Whether the score really changed, as shape and word; nothing where there is no comparison."""
    state = row["score_trend"]
    if not state:
        return ""
    return fragments.coloured(_TREND_STYLES.get(state, "small"), f"{CHANGE_GLYPHS[state]}\xa0{text(f'trend.{state}')}")
