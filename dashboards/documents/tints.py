"""The colours of states on paper, as the pages tint them (`theme.STYLE`): beside the glyph, never instead of it."""

from __future__ import annotations

FILLS = {
    "met": "D8E5F3",
    "reached": "EDF3FA",
    "short": "FBEEE2",
    "not_met": "F7DCC3",
    "serious": "C65F12",
}
INKS = {"serious": "FFFFFF"}
