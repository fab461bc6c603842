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
.sb-title {{ font-size: 1.05rem; line-height: 1.5; font-weight: 600; margin: 0.6rem 0 0; scroll-margin-top: 4.5rem; }}
.sb-note {{ font-size: 0.84rem; line-height: 1.6; color: var(--quiet); margin: 0; }}
.sb-banner {{ font-size: 0.9rem; line-height: 1.6; padding: 0.35rem 0.8rem; border-left: 4px solid var(--bad-fill);
  background: color-mix(in srgb, var(--bad-fill) 12%, transparent); margin: 0; }}
.sb-state {{ padding: 2.5rem 0; max-width: 42rem; }}
.sb-scroll {{ overflow-x: auto; -webkit-overflow-scrolling: touch; }}
.sb a {{ color: inherit; text-decoration: none; }}
.sb a:hover, .sb a:focus-visible {{ text-decoration: underline; text-underline-offset: 0.2em; }}
.sb table {{ border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 0.92rem; line-height: 1.5; }}
.sb th, .sb td {{ border: 0; padding: 0.34rem 0.5rem; text-align: left; vertical-align: middle; white-space: nowrap; }}
.sb thead th, .sb thead td {{ font-weight: 400; font-size: 0.82rem; color: var(--quiet); vertical-align: bottom;
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
.sb th.fold {{ min-width: 3.2rem; line-height: 1.35; }}
.sb .full {{ width: 100%; }}
.sb .sticky {{ position: sticky; left: 0; z-index: 1; background: light-dark(#ffffff, #15171a); }}
.sb th.upright {{ writing-mode: vertical-rl; text-align: right; height: 8.6rem; max-height: 8.6rem; white-space: normal;
  line-height: 1.15; padding: 0.2rem 0; min-width: 1.9rem; }}
.sb th.upright.latin {{ transform: rotate(180deg); text-align: left; vertical-align: top;
  height: 11.5rem; max-height: 11.5rem;
  border: 0; box-shadow: 0 -1px 0 var(--line); }}
.sb th.upright > a {{ display: inline-block; }}
.sb .sorted {{ color: inherit; font-weight: 600; }}
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
.sb .interval {{ position: relative; height: 1.05rem; min-width: 9.5rem; --step: calc(100% / var(--n));
  --edge: calc(var(--step) * var(--third)); --tint: color-mix(in srgb, currentColor 5%, transparent);
  background: linear-gradient(to right, var(--tint) var(--edge), transparent var(--edge),
    transparent calc(100% - var(--edge)), var(--tint) calc(100% - var(--edge))); }}
.sb .interval > .band {{ position: absolute; top: 0.3rem; height: 0.45rem; border-radius: 0.225rem;
  left: calc(var(--step) * (var(--low) - 1)); width: calc(var(--step) * (var(--high) - var(--low) + 1));
  background: color-mix(in srgb, currentColor 38%, transparent); }}
.sb .interval > .band.front {{ background: var(--good-fill); }}
.sb .interval > .band.rear {{ background: var(--bad-fill); }}
.sb .interval > .dot {{ position: absolute; top: 0.18rem; width: 0.7rem; height: 0.7rem; border-radius: 50%;
  left: calc(var(--step) * (var(--rank) - 0.5) - 0.35rem); background: light-dark(#1c1f24, #e8eaed);
  border: 2px solid light-dark(#ffffff, #15171a); box-sizing: border-box; }}
.sb .interval::before {{ content: ""; position: absolute; left: 0; right: 0; top: calc(50% - 0.5px); height: 1px;
  background: var(--line); }}
.sb .narrow .interval {{ min-width: 6rem; }}
.sb .scale {{ display: flex; justify-content: space-between; width: 9.5rem; }}
.sb .place {{ max-width: 30rem; }} .sb .place > .scale {{ width: auto; }}
.sb td.said > div.pair {{ display: flex; align-items: center; gap: 0.8rem; }}
.sb td.said .interval {{ flex: 0 0 9.5rem; }}
.sb td.said .small {{ white-space: normal; line-height: 1.35; min-width: 12.5rem; max-width: 17rem; }}
.sb td.short-bar {{ width: 14rem; }}
.sb td.change .by {{ display: inline-block; min-width: 5.2rem; margin-right: 0.6rem; }}
.sb a.link {{ color: var(--good); }}
.sb .parts {{ display: grid; max-width: 62rem; grid-template-columns: fit-content(44%) 1fr auto; align-items: center;
  column-gap: 0.6rem; row-gap: 0.08rem; font-size: 0.88rem; line-height: 1.55; font-variant-numeric: tabular-nums; }}
.sb .parts > .figure {{ text-align: right; }}
.sb .parts > .total {{ font-weight: 600; }}
.sb .parts .bar {{ min-width: 3rem; height: 0.72rem; background: none; }}
.sb .parts .bar > .plain {{ background: color-mix(in srgb, currentColor 30%, transparent); }}
.sb .parts .bar > .first {{ background: var(--bad-fill); }}
.sb .fall {{ position: relative; height: 0.8rem; --span: calc(var(--top) - var(--bottom)); }}
.sb .fall > span {{ position: absolute; top: 0; height: 100%; min-width: 2px;
  left: calc((var(--from) - var(--bottom)) / var(--span) * 100%);
  width: calc((var(--to) - var(--from)) / var(--span) * 100%); }}
.sb .fall > .gain {{ background: var(--good-fill); }}
.sb .fall > .loss {{ background: repeating-linear-gradient(135deg, var(--bad-fill) 0 3px,
  color-mix(in srgb, var(--bad-fill) 55%, transparent) 3px 5px); }}
.sb .fall > .level {{ width: 2px; background: currentColor; }}
.sb .two {{ display: flex; height: 0.72rem; min-width: 7rem; }}
.sb .two > div {{ flex: 1 1 50%; display: flex; }}
.sb .two > div:first-child {{ justify-content: flex-end; border-right: 1px solid currentColor; }}
.sb .two .gain {{ background: var(--good-fill); }}
.sb .two .loss {{ background: var(--bad-fill); }}
.sb .bar > .shade4 {{ background: color-mix(in srgb, var(--bad-fill) 55%, transparent); }}
.sb .bar.plain {{ background: none; }}
.sb .bar > .late {{ background: var(--bad-fill); }}
.sb .bar > .shade5 {{ background: color-mix(in srgb, currentColor 28%, transparent); }}
.sb details {{ border-bottom: 1px solid var(--line); padding: 0.25rem 0; line-height: 1.7; }}
.sb summary {{ cursor: pointer; }}
.sb details li {{ font-size: 0.92rem; margin: 0.15rem 0; }}
.sb dl {{ display: grid; grid-template-columns: minmax(7rem, 12rem) 1fr; gap: 0.35rem 1.2rem; line-height: 1.7;
  max-width: 70rem; margin: 0; padding: 0; }}
.sb dt {{ font-weight: 600; }}
.sb dd {{ margin: 0; }}
.sb-words {{ line-height: 1.7; margin: 0.2rem 0 0; max-width: 62rem; }}
.sb .key {{ display: inline-block; width: 0.9em; height: 0.9em; vertical-align: -0.08em; margin-right: 0.25em; }}
.sb.legend span.item {{ display: inline-block; max-width: 100%; margin-right: 1.1em; }}
.sb-note a {{ color: var(--good); }}
.sb.chips {{ margin: 0.1rem 0; font-size: 0.9rem; }}
.sb.chips a {{ display: inline-block; padding: 0 0.6rem; margin: 0.1rem 0.2rem; border: 1px solid var(--line);
  border-radius: 1rem; }}
.sb .columns {{ max-width: min(100%, calc(var(--count) * 2.4rem)); min-width: 12rem; }}
.sb .columns > .bars {{ display: flex; align-items: flex-end; gap: 4px; height: 6rem;
  border-bottom: 1px solid currentColor; }}
.sb .columns > .bars > div {{ flex: 1 1 0; height: 100%; display: flex; align-items: flex-end; }}
.sb .columns > .bars > div > span {{ flex: 1 1 0; min-height: 1px; }}
.sb .columns .late, .sb .key.late {{ background: var(--bad-fill); }}
.sb .columns .shade1, .sb .key.shade1 {{ background: var(--good-fill); }}
.sb .columns > .scale {{ width: auto; }}
.sb .span {{ position: relative; height: 1rem; min-width: 9rem; --unit: calc(100% / (1 - var(--from))); }}
.sb .span::before {{ content: ""; position: absolute; left: 0; right: 0; top: calc(50% - 0.5px); height: 1px;
  background: var(--line); }}
.sb .span > span {{ position: absolute; }}
.sb .span > .band {{ top: 0.3rem; height: 0.4rem; border-radius: 0.2rem; background: var(--bad-fill); min-width: 3px;
  left: calc((var(--low) - var(--from)) * var(--unit)); width: calc((var(--high) - var(--low)) * var(--unit)); }}
.sb .span > .dot {{ top: 0.2rem; width: 0.6rem; height: 0.6rem; border-radius: 50%; box-sizing: border-box;
  left: calc((var(--value) - var(--from)) * var(--unit) - 0.3rem); background: light-dark(#1c1f24, #e8eaed);
  border: 2px solid light-dark(#ffffff, #15171a); }}
.sb .span > .tick {{ top: 0; width: 2px; height: 1rem; background: currentColor;
  left: calc((var(--target) - var(--from)) * var(--unit) - 1px); }}
.sb td.heat > * {{ position: relative; }} .sb .serious .tips {{ color: inherit; }}
.sb td.heat sup.tips {{ position: absolute; right: 0.12rem; top: 0.62rem; font-size: 0.8em; }}
.sb sup.tips {{ font-size: 0.7em; line-height: 0; }}
.sb .tips {{ color: var(--bad); font-weight: 600; }}
.sb tr.group > td {{ padding-top: 1.1rem; font-weight: 600; border-bottom: 1px solid currentColor; }}
.sb ol.history {{ margin: 0.4rem 0; padding-left: 1.4rem; font-size: 0.9rem; line-height: 1.7; max-width: 62rem; }}
.sb-done {{ font-size: 0.9rem; line-height: 1.6; padding: 0.35rem 0.8rem; border-left: 4px solid var(--good-fill);
  background: color-mix(in srgb, var(--good-fill) 12%, transparent); margin: 0; }}
.sb-banner ul.problems {{ margin: 0; padding-left: 1.2rem; }}
.sb table.owed td.mark, .sb table.owed th.mark {{ padding: 0.1rem 0.14rem; text-align: center; min-width: 1.1rem;
  font-size: 0.82rem; }}
.sb table.owed th[colspan] {{ white-space: normal; max-width: 7rem; line-height: 1.35; }}
.sb table.owed .first {{ padding-left: 0.9rem !important; }}
.sb .owed-delivered {{ color: var(--good); }} .sb .owed-late {{ color: var(--bad); }}
.sb .owed-missing {{ color: var(--bad); font-weight: 700; }} .sb .owed-not_due {{ color: var(--quiet); }}
.sb td.mark.owed-missing > span {{ display: block; border-radius: 3px;
  background: color-mix(in srgb, var(--bad-fill) 25%, transparent); }}
.st-key-controls {{ margin: 0.2rem 0; }}
.sb .matters {{ list-style: none; margin: 0; padding: 0; font-size: 0.92rem; line-height: 1.7; }}
.sb .matters li {{ margin: 0.12rem 0; padding: 0; }}
.sb .matters li:has(> .tag) {{ display: grid; grid-template-columns: max-content 1fr; column-gap: 0.6rem; }}
.sb .matters a {{ text-decoration: underline; text-decoration-color: var(--line); text-underline-offset: 0.2em; }}
.sb .tag {{ min-width: 2.6em; font-size: 0.82rem; line-height: 1.9; color: var(--quiet); }}
.sb .tag.vetoed, .sb .tag.overdue, .sb .tag.missing {{ color: var(--bad); }}
.sb td.strip, .sb th.strip {{ width: 44%; min-width: 13rem; }}
.sb .axis {{ position: relative; height: 1.35rem; margin: 0 0.5rem; --span: calc(1 - var(--low)); }}
.sb .axis::before {{ content: ""; position: absolute; left: 0; right: 0; top: calc(50% - 0.5px); height: 1px;
  background: var(--line); }}
.sb .axis > span {{ position: absolute; left: calc((var(--at) - var(--low)) / var(--span) * 100%); }}
.sb .axis > .half {{ top: 0.42rem; height: 0.5rem; left: calc((var(--from) - var(--low)) / var(--span) * 100%);
  width: calc((var(--to) - var(--from)) / var(--span) * 100%); min-width: 2px; }}
.sb .axis > .half, .sb .shape.half {{ background: color-mix(in srgb, currentColor 16%, transparent); }}
.sb .axis > .peer {{ top: 0.42rem; height: 0.5rem; width: 1px; margin-left: -0.5px; }}
.sb .axis > .peer, .sb .shape.peer {{ background: color-mix(in srgb, currentColor 55%, transparent); }}
.sb .axis > .county {{ top: 0.2rem; height: 0.95rem; width: 3px; margin-left: -1.5px; }}
.sb .axis > .county, .sb .shape.county {{ background: color-mix(in srgb, currentColor 34%, transparent); }}
.sb .axis > .goal {{ top: 0; height: 1.35rem; margin-left: -1px; }}
.sb .axis > .goal, .sb .shape.goal {{ border-left: 2px dotted currentColor; }}
.sb .axis > .own {{ top: 0; line-height: 1.35rem; width: 1.2rem; margin-left: -0.6rem; text-align: center;
  font-size: 0.95rem; text-shadow: 0 0 3px light-dark(#fff, #15171a), 0 0 3px light-dark(#fff, #15171a); }}
.sb .shape {{ display: inline-block; vertical-align: -0.1em; height: 0.9em; margin-right: 0.35em; }}
.sb .shape.peer {{ width: 1px; }} .sb .shape.county {{ width: 3px; }} .sb .shape.half {{ width: 1.2em; height: 0.5em; }}
.sb .interval > .dot.tried {{ background: light-dark(#ffffff, #15171a); border: 2px solid light-dark(#1c1f24, #e8eaed);
  z-index: 1; }}
.sb-watermark {{ position: fixed; inset: 0; z-index: 0; pointer-events: none; overflow: hidden; display: flex;
  flex-wrap: wrap; align-content: space-around; justify-content: space-around; opacity: 0.05; font-size: 2.6rem;
  font-weight: 700; }}
.sb-watermark span {{ transform: rotate(-24deg); padding: 2.2rem 2.6rem; }}
.sb a:focus-visible, .sb summary:focus-visible {{ outline: 2px solid var(--good-fill); outline-offset: 2px;
  border-radius: 2px; }}
@media (max-width: 640px) {{ .stMainBlockContainer {{ padding-left: 1rem; padding-right: 1rem; }}
  .sb-lead {{ font-size: 1.2rem; }} .sb .bar {{ min-width: 5.5rem; }} .sb th, .sb td {{ padding: 0.34rem 0.26rem; }}
  .sb .sticky {{ white-space: normal; min-width: 4rem; max-width: 9rem; }}
  .sb .sticky.fold {{ min-width: 8.2rem; }} .sb th.number {{ white-space: normal; }} .sb .wide {{ display: none; }}
  .sb td.said > div.pair {{ display: block; }} .sb td.said .small {{ display: block; min-width: 5rem; }}
  .sb .scale {{ width: auto; }} .sb td ~ td.wrap {{ min-width: 15rem; }} .sb td ~ td.fold {{ min-width: 9rem; }}
  .sb td.change {{ white-space: normal; min-width: 4.6rem; }}
  .sb td.change .by {{ display: block; min-width: 0; margin: 0; }}
  .sb td.change .small {{ font-size: 0.74rem; }}
  .sb th.change {{ white-space: normal; }} .sb .interval {{ min-width: 4.6rem; }}
  .sb td.said .interval {{ flex: none; }}
  .sb dl {{ display: block; }} }}
@media print {{
  @page {{ size: A4; margin: 14mm; }}
  .stAppHeader, .stAppToolbar, .st-key-controls, [data-testid="stHeader"], .stDataFrameGlideDataEditor {{
    display: none; }}
  .stApp, .stMain, .stAppViewContainer, .stMainBlockContainer {{ position: static; display: block; overflow: visible;
    height: auto; padding-top: 0; max-width: none; }}
  :root, .stApp {{ color-scheme: light !important; background: #ffffff !important; color: #1c1f24 !important; }}
  .stHtml, .stHtml * {{ color-scheme: light; }} .stHtml {{ color: #1c1f24 !important; }}
  .js-plotly-plot text {{ fill: #1c1f24 !important; }}
  .sb, .sb *, .sb-banner {{ print-color-adjust: exact; -webkit-print-color-adjust: exact; }}
  .sb-scroll {{ overflow: visible; }} .sb .sticky {{ position: static; }}
  .stMainBlockContainer {{ zoom: 0.68; }} .stPlotlyChart {{ zoom: 0.84; }} .sb th, .sb td {{ padding: 0.12rem 0.4rem; }}
  .sb-title {{ break-after: avoid; }} .sb tr, .sb details, .stPlotlyChart {{ break-inside: avoid; }}
}}
</style>"""

# A page that is kept as a file: no outside address, readable on paper.
PAPER_STYLE = f"""<style>
:root {{ color-scheme: light dark; }}
body {{ font-family: {FONTS}; line-height: 1.7; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }}
h1 {{ font-size: 1.35rem; line-height: 1.6; }} h2 {{ font-size: 1.05rem; margin: 1.6rem 0 0.4rem; }}
table {{ border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 0.9rem; }}
th, td {{ text-align: left; padding: 0.3rem 0.6rem; border-bottom: 1px solid #8888; vertical-align: top; }}
th {{ font-weight: 600; }} .number {{ text-align: right; }}
dl {{ display: grid; grid-template-columns: minmax(6rem, 14rem) 1fr; gap: 0.2rem 1rem; font-size: 0.9rem; }}
dd {{ margin: 0; }}
</style>"""
