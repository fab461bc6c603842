"""How a cell is written: full-width forms become half-width, and the blanks around it go.

Here: one cell, and a column of them, of which only those are touched that need it. Not here: what a cell means
(forms.sql).
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.landing.headers import FULL_WIDTH

BLANKS = " \t\r\n\u00a0\u3000"
# U+FF01 to U+FF5E are EF BC 81 to EF BD 9E.
FULL_WIDTH_BYTE = 0xEF
LONGER_BLANKS = [blank.encode() for blank in BLANKS if not blank.isascii()]
IS_BLANK = np.zeros(256, bool)
IS_BLANK[[ord(blank) for blank in BLANKS if blank.isascii()]] = True
MAY_START = IS_BLANK.copy()
MAY_START[[blank[0] for blank in LONGER_BLANKS]] = True
MAY_END = IS_BLANK.copy()
MAY_END[[blank[-1] for blank in LONGER_BLANKS]] = True


def plain(cell: str) -> str:
    """One cell. Full-width forms become half-width first, because they may hide blanks at the ends."""
    return cell.translate(FULL_WIDTH).strip(BLANKS)


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


def _untidy(column: pa.StringArray) -> np.ndarray:
    """The positions of all cells that are not plain, and perhaps of some that are."""
    edges, text = _edges(column), _text(column)
    if not len(text):
        return np.zeros(0, np.int64)
    # A cell without text shows a byte of its neighbour, which does no harm.
    first, last = text[np.minimum(edges[:-1], len(text) - 1)], text[np.maximum(edges[1:], 1) - 1]
    ends = np.flatnonzero(MAY_END[last])
    found = [np.flatnonzero(MAY_START[first]), ends[_ends_blank(text, edges[1:][ends])]]
    wide = np.flatnonzero(text == FULL_WIDTH_BYTE)
    if len(wide):
        found.append(np.searchsorted(edges, wide, side="right") - 1)
    return np.unique(np.concatenate(found))


def _ends_blank(text: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Whether a blank stands before each of the `ends`: many a Chinese character ends in the last byte of one."""
    is_blank = IS_BLANK[text[np.maximum(ends, 1) - 1]]
    for blank in LONGER_BLANKS:
        back = [text[np.maximum(ends - i, 0)] == byte for i, byte in enumerate(reversed(blank), start=1)]
        is_blank |= np.logical_and.reduce(back)
    return is_blank


def _edges(column: pa.StringArray) -> np.ndarray:
    """Where each cell starts, and where the last one ends, in `_text` (bytes)."""
    edges = np.frombuffer(column.buffers()[1] or b"\0\0\0\0", np.int32)[column.offset : column.offset + len(column) + 1]
    return edges - edges[0]


def _text(column: pa.StringArray) -> np.ndarray:
    _, offsets, data = column.buffers()
    if data is None or not len(column):
        return np.zeros(0, np.uint8)
    edges = np.frombuffer(offsets, np.int32)
    return np.frombuffer(data, np.uint8)[edges[column.offset] : edges[column.offset + len(column)]]
