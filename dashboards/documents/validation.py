"""What the rules made of the data, as one page of HTML that needs nothing else: no script, no font, no network.

Both languages are in it; a switch at the top shows one, and what is shown is what prints. For people: rules in words,
with the reason for each bound. No row and no record stands in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from dashboards import formatting
from dashboards.catalogue import CATALOGUE
from dashboards.edition import Row
from dashboards.markup import macros
from dashboards.sources import source_name
from dashboards.theme import stylesheet
from orchestration.installation.messages import LANGUAGES

_HTML = macros("validation")
_COLUMNS = ("state", "rule", "failed", "waived", "tested", "share", "why")
_WORDS = ("state", "rule", "why")
_CSS = Path(__file__).with_name("validation.css")


@dataclass(frozen=True)
class Validation:
    """Which edition and months the results are of."""

    edition_id: str
    as_of: str
    period: dict[str, str]
    is_synthetic: bool


def write(validation: Validation, rules: Iterable[Row], first_language: str) -> str:
    """The page, opened in `first_language`. Rules as `queries.rules.results` gives them, by origin and extract."""
    origins = [
        (
            _both(f"validation.{origin}"),
            _both(f"validation.{origin}.what"),
            [(_sources(source), list(map(_shown, mine))) for source, mine in groupby(run, itemgetter("source"))],
        )
        for origin, run in groupby(rules, itemgetter("origin"))
    ]
    said = {
        "name": CATALOGUE("validation.name", first_language),
        "banner": _both("banner.synthetic") if validation.is_synthetic else None,
        "title": _both("validation.title", period=validation.period, as_of=validation.as_of),
        "edition": _both("validation.edition", edition=validation.edition_id),
    }
    columns = [(_both(f"validation.{column}"), column not in _WORDS) for column in _COLUMNS]
    return str(_HTML.page(first_language, said, columns, origins, stylesheet(_CSS)))


def _both(key: str, **values: object) -> dict[str, str]:
    """A text of the catalogue in both languages; a value that is a dictionary is by language itself."""
    return _spaced(
        {
            language: CATALOGUE(
                key, language, **{name: one[language] if isinstance(one, dict) else one for name, one in values.items()}
            )
            for language in LANGUAGES
        }
    )


def _spaced(texts: dict[str, str]) -> dict[str, str]:
    return texts | {"zh": formatting.spaced(texts["zh"])}


def _sources(source: str) -> dict[str, str]:
    return _spaced({language: source_name(source, language) for language in LANGUAGES})


def _shown(rule: Row) -> Row:
    """What is shown of a rule: its state, its texts by language, its figures."""
    state = "untested" if rule["checks"] is None else "fails" if rule["rows_failed"] else "passes"
    texts: Row = {
        name: _spaced({language: rule[f"{name}_{language}"] or "" for language in LANGUAGES})
        for name in ("text", "reason", "fix")
    }
    texts["severity"] = _both(f"severity.{rule['severity']}")
    texts["blocks"] = _both("validation.blocks") if rule["blocks_publication"] else None
    figures = [
        formatting.count(rule["rows_failed"], "zh"),
        formatting.count(rule["rows_waived"], "zh"),
        formatting.count(rule["rows_tested"], "zh"),
        formatting.rate(rule["rows_failed"] or 0, rule["rows_tested"], "zh"),
    ]
    return texts | {
        "state": state,
        "state_text": _both(f"validation.state.{state}"),
        "figures": figures,
        "fails": bool(rule["rows_failed"]),
    }
