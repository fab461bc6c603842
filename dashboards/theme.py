"""The visual language, once: palette, glyphs, type, and what Streamlit and Plotly are told of them.

No figure and no text belongs here. A state is shape and colour, never colour alone; the blue-orange pair holds for
deuteranopia and, by the shapes, in grey print. Colours are given for a light and a dark page.
"""

from __future__ import annotations

FONTS = (
    "'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Source Han Sans SC', 'Noto Sans SC', "
    "system-ui, 'Segoe UI', sans-serif"
)

GOOD, BAD, NEUTRAL = "#3b7fc4", "#d9731a", "#8a8f98"  # mid tones: legible on white and on black, for Plotly
GOOD_INK, BAD_INK = "light-dark(#1d5c9e, #86baee)", "light-dark(#b04a06, #f3a45f)"
FAINT = "rgba(138, 143, 152, 0.45)"

GLYPHS = {
    "met": "●",
    "not_met": "▲",
    "cannot_tell": "◐",
    "pending": "○",
    "not_applicable": "–",
    "not_assessed": "–",
    "no_target": "•",
}

STREAMLIT_THEME = {
    "theme.font": FONTS.replace("'", ""),
    "theme.headingFont": FONTS.replace("'", ""),
    "theme.baseFontSize": 16,
    "theme.baseRadius": "4px",
    "theme.light.primaryColor": "#1d5c9e",
    "theme.light.backgroundColor": "#ffffff",
    "theme.light.secondaryBackgroundColor": "#f3f4f6",
    "theme.light.textColor": "#1c1f24",
    "theme.dark.primaryColor": "#86baee",
    "theme.dark.backgroundColor": "#15171a",
    "theme.dark.secondaryBackgroundColor": "#22262b",
    "theme.dark.textColor": "#e8eaed",
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

STYLE = f"""<style>
:root {{ --good: {GOOD_INK}; --bad: {BAD_INK}; --good-fill: {GOOD}; --bad-fill: {BAD};
  --line: color-mix(in srgb, currentColor 14%, transparent);
  --quiet: color-mix(in srgb, currentColor 66%, transparent); }}
.stMainBlockContainer {{ max-width: 84rem; padding-top: 4.5rem; }}
.stApp, .stApp p, .stApp li {{ line-height: 1.7; }}
.stApp em, .stApp i {{ font-style: normal; }}
.sb-lead {{ font-size: 1.45rem; line-height: 1.6; font-weight: 600; margin: 0; max-width: 58rem; text-wrap: pretty; }}
.sb-title {{ font-size: 1.05rem; line-height: 1.5; font-weight: 600; margin: 0.6rem 0 0; }}
.sb-note {{ font-size: 0.84rem; line-height: 1.6; color: var(--quiet); margin: 0; }}
.sb-banner {{ font-size: 0.9rem; line-height: 1.6; padding: 0.35rem 0.8rem; border-left: 4px solid var(--bad-fill);
  background: color-mix(in srgb, var(--bad-fill) 12%, transparent); margin: 0; }}
.sb-state {{ padding: 2.5rem 0; max-width: 42rem; }}
.sb-scroll {{ overflow-x: auto; -webkit-overflow-scrolling: touch; }}
.sb a {{ color: inherit; text-decoration: none; }}
.sb a:hover, .sb a:focus-visible {{ text-decoration: underline; text-underline-offset: 0.2em; }}
.sb table {{ border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 0.92rem; line-height: 1.5; }}
.sb th, .sb td {{ border: 0; padding: 0.34rem 0.5rem; text-align: left; vertical-align: middle; white-space: nowrap; }}
.sb thead th {{ font-weight: 400; font-size: 0.82rem; color: var(--quiet); vertical-align: bottom;
  border-bottom: 1px solid var(--line); }}
.sb tbody tr {{ border-bottom: 1px solid var(--line); }}
.sb tbody tr:hover {{ background: color-mix(in srgb, currentColor 5%, transparent); }}
.sb tr.chosen .sticky {{ background: light-dark(#e7eff8, #1d2733); }}
.sb tr.chosen {{ background: color-mix(in srgb, var(--good-fill) 12%, transparent); }}
.sb .number {{ text-align: right; }}
.sb .tint {{ display: block; padding: 0 0.3rem; border-radius: 3px; }}
.sb .small {{ font-size: 0.82rem; color: var(--quiet); }}
.sb .wrap {{ white-space: normal; min-width: 18rem; line-height: 1.6; }}
.sb .fold {{ white-space: normal; min-width: 8rem; line-height: 1.6; }}
.sb .full {{ width: 100%; }}
.sb .sticky {{ position: sticky; left: 0; z-index: 1; background: light-dark(#ffffff, #15171a); }}
.sb th.upright {{ writing-mode: vertical-rl; text-align: right; height: 8.6rem; max-height: 8.6rem; white-space: normal;
  line-height: 1.15; padding: 0.2rem 0; min-width: 1.9rem; }}
.sb th.upright.latin {{ transform: rotate(180deg); text-align: left; vertical-align: top;
  height: 11.5rem; max-height: 11.5rem;
  border: 0; box-shadow: 0 -1px 0 var(--line); }}
.sb th.upright > a {{ display: inline-block; }}
.sb th.sorted {{ color: inherit; font-weight: 600; }}
.sb td.heat {{ padding: 1px; min-width: 1.9rem; text-align: center; }}
.sb td.heat > * {{ display: block; padding: 0.28rem 0; border-radius: 3px; text-decoration: none; }}
.sb .met, .sb .reached {{ color: var(--good); }}
.sb .not_met, .sb .short, .sb .serious {{ color: var(--bad); }}
.sb td.heat.met > * {{ background: color-mix(in srgb, var(--good-fill) 20%, transparent); }}
.sb td.heat.reached > * {{ background: color-mix(in srgb, var(--good-fill) 9%, transparent); }}
.sb td.heat.short > * {{ background: color-mix(in srgb, var(--bad-fill) 9%, transparent); }}
.sb td.heat.not_met > * {{ background: color-mix(in srgb, var(--bad-fill) 20%, transparent); }}
.sb td.heat.serious > *, .sb.legend .serious {{ background: light-dark(#c65f12, #d9731a); color: #fff; }}
.sb.legend .serious {{ padding: 0 0.3rem; border-radius: 3px; }}
.sb span.provisional, .sb td.heat.provisional > * {{
  outline: 1px dashed color-mix(in srgb, currentColor 55%, transparent); outline-offset: -1px; border-radius: 3px; }}
.sb .bar {{ display: flex; height: 0.95rem; min-width: 8rem;
  background: color-mix(in srgb, currentColor 8%, transparent); }}
.sb .bar > span {{ display: block; height: 100%; }}
.sb .bar > .shade1 {{ background: var(--good-fill); }}
.sb .bar > .shade2 {{ background: color-mix(in srgb, var(--good-fill) 72%, transparent); }}
.sb .bar > .shade3 {{ background: color-mix(in srgb, var(--good-fill) 48%, transparent); }}
.sb .bar > .lost {{ background: repeating-linear-gradient(135deg, var(--bad-fill) 0 2px, transparent 2px 5px); }}
.sb .key {{ display: inline-block; width: 0.9em; height: 0.9em; vertical-align: -0.08em; margin-right: 0.25em; }}
.sb.legend span.item {{ display: inline-block; max-width: 100%; margin-right: 1.1em; }}
.sb-note a {{ color: var(--good); }}
.st-key-controls {{ margin: 0.2rem 0; }}
@media (max-width: 640px) {{ .stMainBlockContainer {{ padding-left: 1rem; padding-right: 1rem; }}
  .sb-lead {{ font-size: 1.2rem; }} .sb .bar {{ min-width: 5.5rem; }} .sb th, .sb td {{ padding: 0.34rem 0.35rem; }}
  .sb .sticky {{ white-space: normal; min-width: 5.6rem; max-width: 9rem; }} }}
@media print {{ .stAppHeader, .stAppToolbar, .sb-controls {{ display: none; }} .sb-scroll {{ overflow: visible; }} }}
</style>"""
