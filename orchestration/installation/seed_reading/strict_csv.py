"""A seed file's bytes as rows, or the one reason why they are none.

Here: encoding, delimiter, quotes, cells per row, column names. Not here: what a cell may hold. A line is a row: no cell
holds a line break, so that a quote that is missing can never swallow the rows after it. Blanks and invisible characters
around a value are taken off (a code with a blank at its end would match nothing and nobody would see why); inside a
value they are refused.
"""

from __future__ import annotations

import codecs
import difflib
import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from orchestration.installation.seed_reading.problems import Text, problem

CELL = re.compile(r'\s*("(?:[^"]|"")*")\s*(,|$)|([^",]*)(,|$)')
# A blank at an end of a cell; the end of a line is none.
LOOSE = re.compile(r'(?m)(?:^|[,"])[^\S\n]|[^\S\n](?:[,"]|$)')
OTHER_DELIMITERS = (";", "\t", "，", "；", "|")
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
NEAR = 0.6


@dataclass(frozen=True)
class Sheet:
    """The rows of a seed file, each as long as `columns`, with the line that each stands in."""

    columns: list[str]
    rows: list[list[str]]
    lines: list[int]


class UnreadableSeed(Exception):
    """The file is no table; `problem` says why."""

    def __init__(
        self, what: str, file: str, line: int | None = None, column: str | None = None, **values: object
    ) -> None:
        self.problem: Text = problem(what, file, line, column, **values)
        super().__init__(self.problem["en"])


def read_sheet(file: str, content: bytes, known: Sequence[str], optional: Collection[str] = ()) -> Sheet:
    """The rows in the order of `known` columns; an `optional` one that is absent is blank. Raises UnreadableSeed."""
    text = re.sub("\r\n|\r", "\n", _text(file, content))
    # Thousands of lines hold nothing but what is seen, and need no look at each cell.
    is_plain = text.replace("\n", "").isprintable() and not LOOSE.search(text)
    numbered = enumerate(text.split("\n"), start=1)
    lines = [(number, line) for number, line in numbered if line and (is_plain or tidied(line))]
    if not lines:
        raise UnreadableSeed("empty", file)
    (first, heading), *others = lines
    _require_commas(file, first, heading, known)
    header = _cells(file, first, heading)
    _require_names(file, first, header, known, optional)
    rows, places = [], []
    for number, line in others:
        if '"' in line:
            cells = _cells(file, number, line)
        else:
            cells = line.split(",") if is_plain else [tidied(cell) for cell in line.split(",")]
        if len(cells) != len(header):
            raise UnreadableSeed("cells", file, number, cells=len(cells), columns=len(header), row=line)
        # A spreadsheet writes the rows below the table as commas; they hold nothing.
        if any(cells):
            if not is_plain:
                _require_visible(file, number, header, cells)
            rows.append(cells)
            places.append(number)
    order = [header.index(name) if name in header else None for name in known]
    return Sheet(list(known), [["" if at is None else row[at] for at in order] for row in rows], places)


def _text(file: str, content: bytes) -> str:
    if content.startswith(WORKBOOKS):
        raise UnreadableSeed("workbook", file)
    # UTF-16 without a mark still has a zero byte beside each letter of the header.
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in content[:2]:
        raise UnreadableSeed("utf_16", file)
    if content[1:4:2] == b"\0\0":
        raise UnreadableSeed("utf_16", file)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        try:
            content.decode("gb18030")
        except UnicodeDecodeError:
            raise UnreadableSeed("undecodable", file, line) from None
        raise UnreadableSeed("gb18030", file, line) from None
    if "\0" in text:
        raise UnreadableSeed("zero_byte", file, text[: text.index("\0")].count("\n") + 1)
    return text


def _require_commas(file: str, number: int, heading: str, known: Sequence[str]) -> None:
    """The header is one of commas; one that reads better by another sign is told by it."""

    def names(delimiter: str) -> int:
        return sum(tidied(cell.strip('"')) in known for cell in heading.split(delimiter))

    best = max(OTHER_DELIMITERS, key=names)
    if names(best) > names(","):
        raise UnreadableSeed("delimiter", file, number, delimiter="TAB" if best == "\t" else best)


def _require_names(
    file: str, number: int, header: Sequence[str], known: Sequence[str], optional: Collection[str]
) -> None:
    missing = [name for name in known if name not in header and name not in optional]
    for position, name in enumerate(header, start=1):
        if not name:
            raise UnreadableSeed("unnamed_column", file, number, position=position)
        if header.index(name) + 1 != position:
            raise UnreadableSeed("repeated_column", file, number, name=name)
        if name not in known:
            free = [one for one in known if one not in header]
            near = nearest(name, free) or (missing[0] if len(missing) == 1 else None)
            what = "unknown_column" if near is None else "misspelt_column"
            raise UnreadableSeed(what, file, number, name=name, near=near, columns=", ".join(known))
    if missing:
        raise UnreadableSeed("missing_column", file, number, columns=", ".join(missing))


def nearest(name: str, known: Collection[str]) -> str | None:
    """The known name that was probably meant."""
    folded = {one.lower(): one for one in known}
    found = difflib.get_close_matches(name.lower(), list(folded), n=1, cutoff=NEAR)
    return folded[found[0]] if found else None


def _cells(file: str, number: int, line: str) -> list[str]:
    cells, at = [], 0
    while True:
        found = CELL.match(line, at)
        if found is None:
            is_open = line[at:].lstrip().startswith('"') and line.count('"', at) % 2 == 1
            what = "unclosed_quote" if is_open else "stray_quote"
            raise UnreadableSeed(what, file, number, row=line[at : at + 30], cell=len(cells) + 1)
        quoted, quoted_end, plain, plain_end = found.groups()
        cells.append(tidied(plain if quoted is None else quoted[1:-1].replace('""', '"')))
        at = found.end()
        if not (quoted_end or plain_end):
            return cells


def tidied(cell: str) -> str:
    """Without what cannot be seen at either end."""
    if cell.isprintable() and cell == cell.strip():
        return cell
    start, end = 0, len(cell)
    while start < end and _is_invisible(cell[start]):
        start += 1
    while start < end and _is_invisible(cell[end - 1]):
        end -= 1
    return cell[start:end]


def _is_invisible(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) in ("Cc", "Cf", "Zs")


def _require_visible(file: str, number: int, header: Sequence[str], cells: Sequence[str]) -> None:
    for column, cell in zip(header, cells, strict=True):
        if not cell.isprintable():
            hidden = next(one for one in cell if not one.isprintable())
            # A no-break or ideographic space inside words is a space.
            if unicodedata.category(hidden) != "Zs":
                raise UnreadableSeed("invisible", file, number, column, value=cell, code=f"U+{ord(hidden):04X}")
