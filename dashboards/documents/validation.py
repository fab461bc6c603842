"""What the rules made of the data, as one page of HTML that needs nothing else: no script, no font, no network.

Both languages are in it; a switch at the top shows one, and what is shown is what prints. For people: rules in words,
with the reason for each bound. No row and no record stands in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from itertools import groupby

from dashboards import formatting
from dashboards.catalogue import CATALOGUE
from dashboards.edition import Row
from dashboards.sources import source_name
from dashboards.theme import BAD_INK, FONTS, GOOD_INK
from orchestration.installation.messages import LANGUAGES

_COLUMNS = ("state", "rule", "failed", "waived", "tested", "share", "why")
_STYLE = f"""
:root {{ color-scheme: light dark; --line: color-mix(in srgb, currentColor 18%, transparent); }}
body {{ font: 16px/1.7 {FONTS}; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }}
h1 {{ font-size: 1.45rem; }} h2 {{ font-size: 1.1rem; margin: 2rem 0 0.4rem; }}
table {{ border-collapse: collapse; width: 100%; font-size: 0.92rem; font-variant-numeric: tabular-nums; }}
th, td {{ text-align: left; vertical-align: top; padding: 0.35rem 0.6rem; border-bottom: 1px solid var(--line); }}
th {{ font-weight: 400; opacity: 0.7; }} .number {{ text-align: right; white-space: nowrap; }}
.state {{ white-space: nowrap; }} .fails {{ color: {BAD_INK}; }} .passes {{ color: {GOOD_INK}; }}
.quiet {{ opacity: 0.72; font-size: 0.86rem; }} .scroll {{ overflow-x: auto; }}
.banner {{ border-left: 4px solid #d9731a; padding: 0.2rem 0.8rem; }}
body:has(#in-zh:checked) [lang=en], body:has(#in-en:checked) [lang=zh] {{ display: none; }}
@media print {{ nav {{ display: none; }} tr {{ break-inside: avoid; }} }}
"""


@dataclass(frozen=True)
class Validation:
    """Which edition and months the results are of."""

    edition_id: str
    as_of: str
    period: dict[str, str]
    is_synthetic: bool


def write(validation: Validation, rules: Iterable[Row], first_language: str) -> str:
    """The page, opened in `first_language`. Rules as `queries.rules.results` gives them, by origin and extract."""
    parts = []
    for origin, run in groupby(rules, key=lambda rule: rule["origin"]):
        parts.append(
            f"<h2>{_both(f'validation.{origin}')}</h2><p class='quiet'>{_both(f'validation.{origin}.what')}</p>"
        )
        for source, mine in groupby(run, key=lambda rule: rule["source"]):
            parts.append(_table(source, list(mine)))
    radios = "".join(
        f'<label><input type="radio" name="in" id="in-{code}"{checked}> {name}</label> '
        for code, name in (("zh", "中文"), ("en", "English"))
        for checked in (" checked" if code == first_language else "",)
    )
    banner = f'<p class="banner">{_both("banner.synthetic")}</p>' if validation.is_synthetic else ""
    values = {one: {"period": validation.period[one], "as_of": validation.as_of} for one in LANGUAGES}
    named = {one: {"edition": validation.edition_id} for one in LANGUAGES}
    return (
        f'<!doctype html><html lang="{first_language}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(CATALOGUE('validation.name', first_language))}</title><style>{_STYLE}</style></head>"
        f"<body><nav>{radios}</nav>{banner}<h1>{_both('validation.title', values)}</h1>"
        f"<p class='quiet'>{_both('validation.edition', named)}</p>{''.join(parts)}</body></html>"
    )


def _both(key: str, values: dict[str, dict] | None = None) -> str:
    return _pair({one: CATALOGUE(key, one, **(values or {}).get(one, {})) for one in LANGUAGES})


def _pair(texts: dict[str, str]) -> str:
    return "".join(
        f'<span lang="{one}">{escape(formatting.spaced(said) if one == "zh" else said)}</span>'
        for one, said in texts.items()
    )


def _table(source: str, rules: list[Row]) -> str:
    name = _pair({one: source_name(source, one) for one in LANGUAGES})
    head = "".join(
        f'<th class="{"" if column in ("state", "rule", "why") else "number"}">{_both(f"validation.{column}")}</th>'
        for column in _COLUMNS
    )
    body = "".join(_row(rule) for rule in rules)
    return (
        f'<h3>{name}</h3><div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def _row(rule: Row) -> str:
    state = "untested" if rule["checks"] is None else "fails" if rule["rows_failed"] else "passes"
    texts = _pair({one: rule[f"text_{one}"] for one in LANGUAGES})
    reasons = _pair({one: rule[f"reason_{one}"] or "" for one in LANGUAGES})
    fixes = _pair({one: rule[f"fix_{one}"] or "" for one in LANGUAGES})
    blocks = f" · {_both('validation.blocks')}" if rule["blocks_publication"] else ""
    figures = [
        formatting.count(rule["rows_failed"], "zh"),
        formatting.count(rule["rows_waived"], "zh"),
        formatting.count(rule["rows_tested"], "zh"),
        formatting.rate(rule["rows_failed"] or 0, rule["rows_tested"], "zh"),
    ]
    severity = _both(f"severity.{rule['severity']}")
    cells = "".join(f'<td class="number">{figure}</td>' for figure in figures)
    return (
        f'<tr><td class="state {state}">{_both(f"validation.state.{state}")}</td>'
        f'<td>{texts}<br><span class="quiet">{severity}{blocks}</span></td>{cells}'
        f'<td class="quiet">{reasons}<br>{fixes if rule["rows_failed"] else ""}</td></tr>'
    )
