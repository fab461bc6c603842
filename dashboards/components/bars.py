"""Bars as HTML: parts of a whole and sums of changes, each with its label, its figure and its link.

The browser places them (by CSS variables); no length is worked out here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import streamlit as st

from dashboards import formatting
from dashboards.edition import Row
from dashboards.markup import Markup, macros
from dashboards.view import language, text

_HTML = macros("bars")


@dataclass(frozen=True)
class Bar:
    """One bar from zero: `size` is drawn against the largest, `figure` is what is written."""

    label: str
    size: float
    figure: str
    href: str = ""
    title: str = ""
    is_chosen: bool = False


def draw(bars: list[Bar]) -> None:
    """Bars below each other, the first (the largest) in the colour of what is to be mended."""
    st.html(_HTML.parts(bars, max((bar.size for bar in bars), default=0)))


def waterfall(
    changes: list[Row], before: tuple[str, float | None], after: tuple[str, float | None], links: dict[str, str]
) -> None:
    """A change of score as a sum: where it stood, what each indicator added or took, where it stands.

    `changes`: rows with starts_at, ends_at, change, change_kind, low, high; `links` by indicator.
    """
    steps = []
    for one in changes:
        is_gain = one["change"] > 0
        ends = (one["starts_at"], one["ends_at"]) if is_gain else (one["ends_at"], one["starts_at"])
        figure = formatting.change(one["change"], language())
        steps.append((name_of_change(one), links.get(one["indicator_code"], ""), *ends, is_gain, figure))
    st.html(_HTML.waterfall(changes[0]["low"], changes[0]["high"], _level(*before), steps, _level(*after)))


def name_of_change(one: Row) -> str:
    """The indicator's, or what all that counts on one side only is called together."""
    return text("change.mix") if one["change_kind"] == "mix" else one["indicator_name"]


def _level(label: str, score: float | None) -> Row | None:
    """One end of a sum; None if there is no score."""
    return None if score is None else {"label": label, "score": score, "figure": formatting.score(score, language())}


def share_of(size: float | None, most: float | None) -> str:
    """One bar from zero against `most`."""
    return _HTML.share_of(size, most) if size else ""


def stacked(parts: Iterable[tuple[str, float, str]], rest: float = 0) -> Markup:
    """Parts of a whole beside each other, each (class, size, title), and `rest` left empty."""
    return _HTML.stacked(parts, rest)


def two_sided(size: float | None, most: float) -> str:
    """A bar to the right for a gain and to the left for a loss, against `most`."""
    if not size:
        return ""
    return _HTML.two_sided("gain" if size > 0 else "loss", abs(size), most, size < 0)


def versus(difference: float, most: float) -> str:
    """A bar towards the one of two that has more: to the left for the first, to the right for the other."""
    return _HTML.two_sided("gain", abs(difference), most, difference > 0) if difference else ""
