"""How a cell is written: what nobody sees, what only guards a value and what only says "nothing" goes.

Here: the one rule for every cell and every header, on one text and on a column of them, of which only those are touched
that need it. Not here: what a cell means (forms.sql). What says "nothing" is data: nothing.yml.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import yaml

from orchestration.installation.messages import Loader

# No character of the kinds below lies elsewhere (a test looks at all of them).
SEARCHED = (
    *(range(0x3400), range(0xFE00, 0x10000), range(0x11000, 0x11100), range(0x13400, 0x13500)),
    *(range(0x1BC00, 0x1BD00), range(0x1D100, 0x1D200), range(0xE0000, 0xE0200)),
)
KINDS = {code: unicodedata.category(chr(code)) for places in SEARCHED for code in places}
# Drawn as nothing, though Unicode does not count them among the format characters: joiners, fillers, variation marks.
ALSO_UNSEEN = (
    0x034F, *range(0x115F, 0x1161), *range(0x17B4, 0x17B6), *range(0x180B, 0x1810), 0x3164,
    *range(0xFE00, 0xFE10), 0xFFA0, *range(0xE0100, 0xE01F0),
)  # fmt: skip
FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
UNSEEN = {code: None for code, kind in KINDS.items() if kind in ("Cf", "Cc")} | dict.fromkeys(ALSO_UNSEEN)
# U+2800 is a braille cell without a dot.
BLANKS = {code: " " for code, kind in KINDS.items() if kind.startswith("Z")} | {0x2800: " "}
AS_WRITTEN = FULL_WIDTH | UNSEEN | BLANKS
GUARDED = re.compile(r'="(.*)"', re.DOTALL)
GUARDS = ("=", "'")


def _nothing() -> frozenset[str]:
    listed = yaml.load(Path(__file__).with_name("nothing.yml").read_text(encoding="utf-8"), Loader)
    return frozenset(spelt for words in listed.values() for word in words for spelt in (word, *_cases(word)))


def _cases(word: str) -> tuple[str, ...]:
    return word.upper(), word.lower(), word.capitalize()


NOTHING = _nothing()


def plain(cell: str) -> str:
    """One cell."""
    text = visible(cell)
    if text.startswith(GUARDS):
        guarded = GUARDED.fullmatch(text)
        text = (guarded[1].replace('""', '"') if guarded else text.removeprefix("'")).strip()
    return "" if text in NOTHING else text


def visible(cell: str) -> str:
    """What can be seen of a cell, guards and all; blank only where nothing can."""
    return cell.translate(AS_WRITTEN).strip()


def tidied(column: pa.StringArray) -> pa.StringArray:
    """Every cell of a column as `plain` makes it, an absent one empty."""
    if column.null_count:
        column = column.fill_null("")
    at = _untidy(column)
    if not len(at):
        return column
    is_untidy = np.zeros(len(column), bool)
    is_untidy[at] = True
    cells = [plain(cell) for cell in column.take(pa.array(at)).to_pylist()]
    return pc.replace_with_mask(column, pa.array(is_untidy), pa.array(cells, pa.string()))


# Which two bytes a character begins with that is written otherwise (one that has a single byte: with any second).
BEGINS_ODD = np.zeros((256, 256), bool)
for _character in map(chr, AS_WRITTEN):
    _bytes = _character.encode()
    BEGINS_ODD[_bytes[0], _bytes[1] if len(_bytes) > 1 else slice(None)] = True
# Blanks of ASCII go only at the ends, so that not every cell with one is touched.
BEGINS_ODD[0x20] = False
# Cells that only say "nothing", by their first byte and their length, and by their last byte.
LONGEST_NOTHING = max(len(word.encode()) for word in NOTHING)
MAY_BE_NOTHING = np.zeros((256, LONGEST_NOTHING + 2), bool)
MAY_END_NOTHING = np.zeros(256, bool)
for _word in NOTHING:
    MAY_BE_NOTHING[_word.encode()[0], len(_word.encode())] = True
    MAY_END_NOTHING[_word.encode()[-1]] = True
MAY_START = np.zeros(256, bool)
MAY_START[[ord(mark) for mark in (" ", *GUARDS)]] = True


def _untidy(column: pa.StringArray) -> np.ndarray:
    """The positions of all cells that are not plain, and perhaps of some that are."""
    edges, text = cell_edges(column), cell_text(column)
    if not len(text):
        return np.zeros(0, np.int64)
    # A cell without text shows a byte of its neighbour, which does no harm.
    first, last = text[np.minimum(edges[:-1], len(text) - 1)], text[np.maximum(edges[1:], 1) - 1]
    lengths = np.minimum(np.diff(edges), LONGEST_NOTHING + 1)
    ends = np.flatnonzero(MAY_END_NOTHING[last])
    odd = _odd_bytes(text)
    return np.unique(
        np.concatenate(
            [
                np.flatnonzero(MAY_START[first]),
                np.flatnonzero(last == 0x20),
                ends[MAY_BE_NOTHING[first[ends], lengths[ends]]],
                np.searchsorted(edges, odd, side="right") - 1,
            ]
        )
    )


def _odd_bytes(text: np.ndarray) -> np.ndarray:
    """Where a character begins that is written otherwise. Nearly all text is ASCII and the common Chinese characters
    (E4 to E9): two comparisons, of bytes that wrap around, leave the few places that are looked at more closely."""
    rare = np.flatnonzero((text - np.uint8(0xC2) < 0xE4 - 0xC2) | (text + np.uint8(0x100 - 0xEA) < 0x100 - 0xEA + 0x20))
    rare = np.concatenate([rare, np.flatnonzero(text == 0x7F)])
    return rare[BEGINS_ODD[text[rare], text[np.minimum(rare + 1, len(text) - 1)]]]


def cell_edges(column: pa.StringArray) -> np.ndarray:
    """Where each cell starts, and where the last one ends, in `cell_text` (bytes)."""
    edges = np.frombuffer(column.buffers()[1] or b"\0\0\0\0", np.int32)[column.offset : column.offset + len(column) + 1]
    return edges - edges[0]


def cell_text(column: pa.StringArray) -> np.ndarray:
    """The bytes of all cells, one after the other."""
    _, offsets, data = column.buffers()
    if data is None or not len(column):
        return np.zeros(0, np.uint8)
    edges = np.frombuffer(offsets, np.int32)
    return np.frombuffer(data, np.uint8)[edges[column.offset] : edges[column.offset + len(column)]]
