"""The figures of the bulletin as PNG, drawn by matplotlib without a display and once for every writer.

State is glyph, word and number beside the colour, so that a figure can be read in grey. No figure is computed here.
"""

from __future__ import annotations

import io
from itertools import accumulate
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontPath, FontProperties
from matplotlib.patches import Patch

from dashboards import formatting
from dashboards.documents import fonts, tables
from dashboards.documents.document import Picture
from dashboards.documents.facts import Facts
from dashboards.documents.words import Words
from dashboards.theme import BAD, GLYPHS, GOOD

WIDTH = 6.2  # inches: the text width of an official page
DOTS = 220
INK, QUIET, TINT = "#1c1f24", "#5c626b", "#eef0f2"
BANDS = {"front": GOOD, "rear": BAD}
# What a unit's result can be, from good to bad, as columns of the indicator rows: fill, hatch and glyph. Reached is the
# first two, short of the target the next three: as the text counts.
VERDICTS = (
    ("met", "#a9c8e8", "", "met"),
    ("leaning_reached", "#dbe8f5", "...", "cannot_tell"),
    ("leaning_short", "#fbeee2", "...", "cannot_tell"),
    ("not_serious", "#f3c9a0", "", "not_met"),
    ("serious", "#c65f12", "", "not_met"),
    ("withheld", "#8a8f98", "", "not_delivered"),
)
LABELS = {"not_serious": "not_met"}
LIGHT = {"serious", "withheld"}


def ranks(facts: Facts, words: Words, caption: str) -> Picture:
    """Every rank with the range that chance leaves it."""
    rows, language = facts.ranked, facts.language
    figure, axes, font = _figure(len(rows) * 0.215 + 0.8, _characters(rows, words) | set(words("chart.ranks.axis")))
    third = rows[0]["third"]
    for low, high in ((0.5, third + 0.5), (len(rows) - third + 0.5, len(rows) + 0.5)):
        axes.axvspan(low, high, color=TINT, lw=0, zorder=0)
    for place, row in enumerate(rows):
        low, high = (row["rank"] if row[f"rank_{end}"] is None else row[f"rank_{end}"] for end in ("low", "high"))
        axes.plot([low - 0.35, high + 0.35], [place, place], color=BANDS.get(row["tier"], "#b9bdc3"), lw=6,
                  solid_capstyle="round", zorder=2)  # fmt: skip
        axes.plot(row["rank"], place, "o", ms=6.5, mec=INK, mfc="white" if row["is_provisional"] else INK, mew=1.2,
                  zorder=3)  # fmt: skip
        said = words.score(row["score"])
        if row["is_vetoed"] or row["tier"] in BANDS:
            said = f"{said}  {words('mark.vetoed') if row['is_vetoed'] else tables.tier(row, words)}"
        axes.text(len(rows) + 0.8, place, said, va="center", color=INK, fontproperties=font)
    axes.set_xlim(0.4, len(rows) + 0.6)
    axes.set_xticks(sorted({1, *range(5, len(rows), 5), len(rows)}))
    _rows(axes, [row["division_name"] for row in rows], font)
    axes.set_xlabel(words("chart.ranks.axis"), fontproperties=font, color=QUIET)
    alt = words("chart.ranks.alt", period=facts.period, places=formatting.listing([
        words("chart.ranks.place", name=row["division_name"], rank=words.count(row["rank"]),
              low=formatting.count(row["rank_low"], language), high=formatting.count(row["rank_high"], language))
        for row in rows
    ], language))  # fmt: skip
    return _picture(figure, caption, alt)


def verdicts(facts: Facts, words: Words, caption: str) -> Picture | None:
    """For each indicator with a target how many units are met, uncertain, not met, far from met; None without any."""
    rows = [row for row in facts.indicators if row["held"]]
    if not rows:
        return None
    names = {name: words(f"column.{LABELS.get(name, name)}") for name, *_ in VERDICTS}
    texts = {*"".join(names.values()), *words("chart.indicators.axis"), *GLYPHS.values()}
    figure, axes, font = _figure(
        len(rows) * 0.215 + 1.2, texts | {one for row in rows for one in row["indicator_name"]}
    )
    for place, row in enumerate(rows):
        counts = [row[name] for name, *_ in VERDICTS]
        for (name, fill, hatch, glyph), count, end in zip(VERDICTS, counts, accumulate(counts), strict=True):
            if count:
                axes.barh(place, count, left=end - count, height=0.78, color=fill, hatch=hatch, edgecolor="white", lw=1)
                axes.text(end - count / 2, place, f"{GLYPHS[glyph]}{words.count(count)}", ha="center", va="center",
                          color="white" if name in LIGHT else INK, fontproperties=_sized(font, 7.5))  # fmt: skip
    _rows(axes, [row["indicator_name"] for row in rows], font)
    axes.set_xlim(0, max(row["held"] for row in rows))
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.set_xlabel(words("chart.indicators.axis"), fontproperties=font, color=QUIET)
    handles = [Patch(facecolor=fill, hatch=hatch, edgecolor="white") for _, fill, hatch, _ in VERDICTS]
    labels = [f"{GLYPHS[glyph]} {names[name]}" for name, _, _, glyph in VERDICTS]
    figure.legend(handles, labels, prop=font, ncols=3, loc="outside upper left", frameon=False, handlelength=1.2,
                  columnspacing=1.2, borderaxespad=0.2)  # fmt: skip
    alt = words("chart.indicators.alt", parts=("；" if facts.language == "zh" else "; ").join(
        words("chart.indicators.part", indicator=row["indicator_name"], states=formatting.listing([
            words("chart.indicators.state", state=names[name].lower(), count=words.count(row[name]))
            for name, *_ in VERDICTS if row[name]
        ], facts.language) or formatting.ABSENT)
        for row in rows
    ))  # fmt: skip
    return _picture(figure, caption, alt)


def _characters(rows: list, words: Words) -> set[str]:
    tiers = {one for tier in BANDS for one in words(f"tier.{tier}")}
    return (
        {one for row in rows for one in row["division_name"]}
        | tiers
        | set(words("mark.vetoed"))
        | set("0123456789.,%")
        | set(formatting.chance(1, words.language) + formatting.chance(0, words.language))
    )


def _figure(height: float, characters: set[str]) -> tuple:
    """A figure of `height` inches with one quiet pair of axes, and the font that has all `characters`."""
    face = fonts.face("figure", {one for one in characters if not one.isspace()})
    figure = Figure(figsize=(WIDTH, height), dpi=DOTS, layout="constrained", facecolor="white")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    font = FontProperties(fname=FontPath(face.path, face.index), size=8.5)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color("#c9cdd2")
    axes.tick_params(length=0, colors=QUIET)
    return figure, axes, font


def _rows(axes: Any, names: list[str], font: FontProperties) -> None:
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()
    for label in [*axes.get_yticklabels(), *axes.get_xticklabels()]:
        label.set_fontproperties(font)
    for label in axes.get_yticklabels():
        label.set_color(INK)


def _sized(font: FontProperties, size: float) -> FontProperties:
    copy = font.copy()
    copy.set_size(size)
    return copy


def _picture(figure: Figure, caption: str, alt: str) -> Picture:
    drawn = io.BytesIO()
    figure.savefig(drawn, format="png", metadata={"Software": None})
    width, height = (round(inches * DOTS) for inches in figure.get_size_inches())
    return Picture(caption, alt, drawn.getvalue(), width, height)
