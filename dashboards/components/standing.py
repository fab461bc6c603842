"""Where a division stands among the others and how sure that is: interval, tier, change; in one sentence each."""

from __future__ import annotations

from html import escape

from dashboards import formatting
from dashboards.edition import Row
from dashboards.theme import CHANGE_GLYPHS
from dashboards.view import counted, text

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


def bar(row: Row) -> str:
    """The interval as a bar over all places, the place itself as a dot; the first and the last third are tinted."""
    if not row["is_assessed"] or row["rank_low"] is None or row["assessed_count"] == 1:
        return ""
    numbers = {"low": "rank_low", "high": "rank_high", "rank": "rank", "n": "assessed_count", "third": "third"}
    style = ";".join(f"--{name}:{row[column]}" for name, column in numbers.items())
    return (
        f'<div class="interval" style="{style}"><span class="band {row["tier"] or ""}"></span>'
        f'<span class="dot"></span></div>'
    )


def tier(row: Row) -> str:
    return text(f"tier.{row['tier']}") if row["tier"] else ""


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


def trend(row: Row) -> str:
    """Whether the score really changed, as shape and word; nothing where there is no comparison. HTML."""
    state = row["score_trend"]
    if not state:
        return ""
    style = _TREND_STYLES.get(state, "small")
    return f'<span class="{style}">{CHANGE_GLYPHS[state]}&nbsp;{escape(text(f"trend.{state}"))}</span>'
