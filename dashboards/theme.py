"""The visual language, once: palette, glyphs, type, and what Streamlit and Plotly are told of them.

No figure and no text belongs here. A state is shape and colour, never colour alone; the blue-orange pair holds for
deuteranopia and, by the shapes, in grey print. Colours are given for a light and a dark page.
"""

from __future__ import annotations

from pathlib import Path

from markupsafe import Markup

FONTS = (
    "'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Source Han Sans SC', 'Noto Sans SC', "
    "system-ui, 'Segoe UI', sans-serif"
)

GOOD, BAD, NEUTRAL = "#3b7fc4", "#d9731a", "#8a8f98"  # mid tones: legible on white and on black, for Plotly
GOOD_INK, BAD_INK = "light-dark(#1d5c9e, #86baee)", "light-dark(#b04a06, #f3a45f)"
INK, GROUND = ("#1c1f24", "#e8eaed"), ("#ffffff", "#15171a")  # of the page: light, dark
FAINT = "rgba(138, 143, 152, 0.45)"

GLYPHS = {
    "met": "●",
    "not_met": "▲",
    "cannot_tell": "◐",
    "pending": "○",
    "not_delivered": "△",
    "not_applicable": "–",
    "not_assessed": "–",
    "no_target": "•",
}

# What became of a score, and what a chart's signal means: never the shapes of the verdicts above.
CHANGE_GLYPHS = {"improved": "↗", "worsened": "↘", "no_clear_change": "→"}
SIGNAL_GLYPHS = {"improvement": "✚", "concern": "✕"}
# What became of a delivery: squares and a diamond, the shapes of no verdict, found in every Chinese font.
DELIVERY_GLYPHS = {"delivered": "■", "late": "◆", "missing": "□", "not_due": "·"}
# A result that the rows still failing could turn over.
CROSSING_GLYPH = "↕"
SIGNAL_SYMBOLS = {"improvement": "cross", "concern": "x"}

STREAMLIT_THEME = {
    "theme.font": FONTS.replace("'", ""),
    "theme.headingFont": FONTS.replace("'", ""),
    "theme.baseFontSize": 16,
    "theme.baseRadius": "4px",
    "theme.light.primaryColor": "#1d5c9e",
    "theme.light.backgroundColor": GROUND[0],
    "theme.light.secondaryBackgroundColor": "#f3f4f6",
    "theme.light.textColor": INK[0],
    "theme.dark.primaryColor": "#86baee",
    "theme.dark.backgroundColor": GROUND[1],
    "theme.dark.secondaryBackgroundColor": "#22262b",
    "theme.dark.textColor": INK[1],
}

PLOTLY_LAYOUT = {
    "font": {"family": FONTS, "size": 13},
    "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
    "paper_bgcolor": "rgba(0,0,0,0)",
    "plot_bgcolor": "rgba(0,0,0,0)",
    "showlegend": False,
    "hoverlabel": {"font": {"family": FONTS, "size": 13}},
}
PLOTLY_CONFIG = {"displayModeBar": False, "scrollZoom": False, "doubleClick": False, "showTips": False}

PALETTE = {
    "good": GOOD_INK,
    "bad": BAD_INK,
    "good-fill": GOOD,
    "bad-fill": BAD,
    "ink": f"light-dark({', '.join(INK)})",
    "ground": f"light-dark({', '.join(GROUND)})",
    "fonts": FONTS,
}


def stylesheet(file: Path) -> Markup:
    """The rules of a `.css` file after the palette, which they use by name, as an element of a page."""
    variables = " ".join(f"--{name}: {value};" for name, value in PALETTE.items())
    return Markup(f"<style>\n:root {{ {variables} }}\n{file.read_text(encoding='utf-8')}</style>")


PAPER_CSS = Path(__file__).with_name("paper.css")
STYLE = stylesheet(Path(__file__).with_name("theme.css"))
