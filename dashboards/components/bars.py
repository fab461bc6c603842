"""Bars as HTML: parts of a whole and sums of changes, each with its label, its figure and its link.

The browser places them (by CSS variables); no length is worked out here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

import streamlit as st

from dashboards import formatting
from dashboards.edition import Row
from dashboards.view import language, text


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
    most = max((bar.size for bar in bars), default=0)
    cells = "".join(
        _label(bar.label, bar.href, bar.title, "total" if bar.is_chosen else "")
        + f'<div class="bar"><span class="{"plain" if position else "first"}" '
        f'style="width:calc({bar.size} / {most} * 100%)"></span></div><span class="figure">{escape(bar.figure)}</span>'
        for position, bar in enumerate(bars)
    )
    st.html(f'<div class="sb"><div class="parts">{cells}</div></div>')


def waterfall(
    changes: list[Row], before: tuple[str, float | None], after: tuple[str, float | None], links: dict[str, str]
) -> None:
    """A change of score as a sum: where it stood, what each indicator added or took, where it stands.

    `changes`: rows with starts_at, ends_at, change, change_kind, low, high; `links` by indicator.
    """
    span = f"--bottom:{changes[0]['low']};--top:{changes[0]['high']}"
    cells = _level(before, span)
    for one in changes:
        is_gain = one["change"] > 0
        ends = ("starts_at", "ends_at") if is_gain else ("ends_at", "starts_at")
        fall = (
            f'<div class="fall" style="{span};--from:{one[ends[0]]};--to:{one[ends[1]]}">'
            f'<span class="{"gain" if is_gain else "loss"}"></span></div>'
        )
        figure = escape(formatting.change(one["change"], language()))
        cells += _label(name_of_change(one), links.get(one["indicator_code"], ""), "", "")
        cells += f'{fall}<span class="figure {"met" if is_gain else "not_met"}">{figure}</span>'
    st.html(f'<div class="sb"><div class="parts">{cells}{_level(after, span)}</div></div>')


def name_of_change(one: Row) -> str:
    """The indicator's, or what all that counts on one side only is called together."""
    return text("change.mix") if one["change_kind"] == "mix" else one["indicator_name"]


def _level(end: tuple[str, float | None], span: str) -> str:
    label, score = end
    if score is None:
        return ""
    return (
        f'<span class="total">{escape(label)}</span>'
        f'<div class="fall" style="{span};--from:{score}"><span class="level"></span></div>'
        f'<span class="figure total">{escape(formatting.score(score, language()))}</span>'
    )


def _label(label: str, href: str, title: str, style: str, note: str = "") -> str:
    inner = escape(label)
    if href:
        inner = f'<a href="{escape(href)}" target="_self">{inner}</a>'
    if note:
        inner += f' <span class="small">{escape(note)}</span>'
    return f'<span class="{style}" title="{escape(title)}">{inner}</span>'


def share_of(size: float | None, most: float | None) -> str:
    """One bar from zero against `most`, as HTML."""
    if not size:
        return ""
    return f'<div class="bar plain"><span class="shade1" style="width:calc({size} / {most} * 100%)"></span></div>'


def stacked(parts: Iterable[tuple[str, float, str]], rest: float = 0) -> str:
    """Parts of a whole beside each other, each (class, size, title), and `rest` left empty, as HTML."""
    spans = "".join(
        f'<span class="{style}" style="flex:{size} 0 0" title="{escape(title)}"></span>' for style, size, title in parts
    )
    return f'<div class="bar plain">{spans}<span style="flex:{rest} 0 0"></span></div>'


def two_sided(size: float | None, most: float) -> str:
    """A bar to the right for a gain and to the left for a loss, against `most`, as HTML."""
    if not size:
        return ""
    style, length = ("gain", size) if size > 0 else ("loss", -size)
    span = f'<span class="{style}" style="width:calc({length} / {most} * 100%)"></span>'
    return f'<div class="two"><div>{span if size < 0 else ""}</div><div>{span if size > 0 else ""}</div></div>'


def versus(difference: float, most: float) -> str:
    """A bar towards the one of two that has more: to the left for the first, to the right for the other, as HTML."""
    if not difference:
        return ""
    span = f'<span class="gain" style="width:calc({abs(difference)} / {most} * 100%)"></span>'
    return (
        f'<div class="two"><div>{span if difference > 0 else ""}</div><div>{span if difference < 0 else ""}</div></div>'
    )
