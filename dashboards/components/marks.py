"""The state of a result as glyph, class of colour, and words: the same on every page.

A result that cannot be told apart from its target keeps its glyph and takes the paler colour of what was reached.
"""

from __future__ import annotations

from dashboards import formatting
from dashboards.edition import Row
from dashboards.markup import Markup, fragments, macros
from dashboards.theme import CROSSING_GLYPH, GLYPHS
from dashboards.view import text

_HTML = macros("marks")
LEGEND = ("met", "not_met", "serious", "cannot_tell", "pending", "not_delivered", "not_applicable")
_COLOURS = {"serious": "serious", "not_met": "not_met", "not_delivered": "not_met", "met": "met"}


def state(result: Row | None) -> str:
    """The name of the state of a result: a verdict, or pending, or that there is nothing to be reached."""
    if result is not None and result.get("verdict") == "not_delivered":
        return "not_delivered"
    if result is None or result.get("denominator") is None:
        return "not_assessed"
    if not result["denominator"] and result["pending"]:
        return "pending"
    return result["verdict"] or ("no_target" if result["denominator"] else "not_applicable")


def glyph(result: Row | None) -> str:
    return GLYPHS[state(result)]


def colour(result: Row | None) -> str:
    """The CSS class of the state."""
    name = state(result)
    if name == "cannot_tell":
        return "reached" if result and result["is_reached"] else "short"
    return "serious" if result and name == "not_met" and result["is_serious"] else _COLOURS.get(name, "small")


def words(result: Row | None) -> str:
    """The state in words, beside the glyph."""
    name = state(result)
    if name == "cannot_tell":
        return text("state.cannot_tell.reached" if result and result["is_reached"] else "state.cannot_tell.short")
    return text("state.serious" if result and name == "not_met" and result["is_serious"] else f"state.{name}")


def explanation(result: Row | None, language: str) -> str:
    """Rate, cases, target and state in a few lines: what is behind a glyph."""
    if result is None or result.get("denominator") is None:
        return words(result)
    lines = [
        f"{formatting.rate(result['numerator'], result['denominator'], language)} "
        f"({formatting.cases(result['numerator'], result['denominator'], language)})"
    ]
    if result["target_value"] is not None:
        lines.append(text("mark.target", value=formatting.share(result["target_value"], language)))
    if result["pending"]:
        lines.append(text("mark.pending", count=formatting.count(result["pending"], language)))
    lines.append(words(result))
    if result["is_provisional"]:
        lines.append(text("mark.provisional"))
    if result.get("crosses_target"):
        lines.append(f"{CROSSING_GLYPH} {text('mark.crosses')}")
    if waived := waived_words(result, language):
        lines.append(waived)
    return "\n".join(lines)


def crossing(result: Row | None) -> str:
    """The mark of a result that failing rows could turn over; nothing for any other."""
    if not (result and result.get("crosses_target")):
        return ""
    return _HTML.crossing(CROSSING_GLYPH, text("mark.crosses"))


def waived_words(result: Row, language: str) -> str:
    """How many of its rows are waived, in words; nothing if none are."""
    waived = result.get("waived_rows")
    return text("mark.waived", count=formatting.count(waived, language)) if waived else ""


def legend() -> Markup:
    """One line that says what the glyphs mean."""
    items = [(_COLOURS.get(name, ""), GLYPHS["not_met" if name == "serious" else name], name) for name in LEGEND]
    items += [("provisional", "\xa0●\xa0", "provisional"), ("", _HTML.shape(CROSSING_GLYPH), "crosses")]
    return fragments.legend([(style, glyph, text(f"legend.{name}")) for style, glyph, name in items])
