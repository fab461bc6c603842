"""What is wrong with a seed, as a sentence in both languages.

Here: the place (file, line, column, value) and what to do about it, put together from the catalogue. Not here: finding
it.
"""

from __future__ import annotations

from orchestration.installation.messages import LANGUAGES, command_line_messages

Text = dict[str, str]
# Enough of a cell to find it by.
CHARACTERS_SHOWN = 60


def problem(what: str, file: str, line: int | None = None, column: str | None = None, **values: object) -> Text:
    """`seeds.what.<what>` at its place; `value` among the values is the cell."""
    said = command_line_messages()
    shown = _shown(str(values["value"])) if values.get("value") is not None else None
    found = {}
    for language in LANGUAGES:
        cell = said("seeds.blank", language) if shown == "" else shown
        words = said(f"seeds.what.{what}", language, **{**values, "column": column, "value": cell})
        place = "cell" if column and cell is not None else "column" if column else "line" if line else "file"
        at = {"file": file, "line": line, "column": column, "value": cell}
        found[language] = said(f"seeds.at.{place}", language, **at, what=words)
    return found


def _shown(value: str) -> str:
    plain = "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in value)
    return plain if len(plain) <= CHARACTERS_SHOWN else plain[:CHARACTERS_SHOWN] + "…"
