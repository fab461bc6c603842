"""The records of an `.xls` (BIFF), looked through before a workbook library is let near them.

Here: how much the records will take in memory, and the few that are rewritten so that the library neither believes a
claim nor parses what nobody needs (names, formulas, merged ranges). Not here: what a cell says (workbook.py), the
container of the records (compound.py).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from orchestration.landing.refusal import Refused

# A stream of a sheet of 65,536 rows and 256 columns of numbers takes less.
MAX_BYTES = 256 << 20
# The library holds every sheet as a rectangle of 32 bytes a cell, and the one it hands over a second time.
MAX_CELLS = 1 << 24
# A text that many cells share is held once for each of them.
MAX_CHARACTERS = 1 << 27
BOF, EOF, CONTINUE = 0x0809, 0x000A, 0x003C
OLDER_BOF = (0x0009, 0x0209, 0x0409)
FILE_PASS, CODE_PAGE, DATE_1904, BOUND_SHEET, SHARED_STRINGS = 0x002F, 0x0042, 0x0022, 0x0085, 0x00FC
DIMENSIONS, MERGED, NAME, EXTERNAL, IGNORED = 0x0200, 0x00E5, 0x0018, 0x0017, 0x0201
NUMBER, LABEL, RICH_LABEL, TRUTH, RK, MANY_RK, SHARED_LABEL, FORMULA, STRING = (
    0x0203, 0x0204, 0x00D6, 0x0205, 0x027E, 0x00BD, 0x00FD, 0x0006, 0x0207
)  # fmt: skip
CELLS = frozenset((NUMBER, LABEL, RICH_LABEL, TRUTH, RK, MANY_RK, SHARED_LABEL, FORMULA))
NEVER_NEEDED = frozenset((DIMENSIONS, MERGED, NAME, EXTERNAL))
TEXTS = frozenset((LABEL, RICH_LABEL))
MIN_CELL, MIN_SHARED, MIN_FORMULA = 8, 10, 22
BIFF8, UNICODE = 0x0600, 1200
HEAD = struct.Struct("<HH")


class DamagedRecords(Exception):
    """The records end in the middle, or contradict each other."""


@dataclass(frozen=True)
class Records:
    """The records as they may be handed to the library."""

    stream: bytearray
    epoch: Literal[1900, 1904]


def made_safe(content: bytes) -> Records:
    """Raises Refused for a password, an edition before Excel 5, or too much; DamagedRecords."""
    if len(content) > MAX_BYTES:
        raise Refused("unpacks_too_large", limit=MAX_BYTES >> 20)
    stream = bytearray(content)
    sheets: list[int] = []
    lengths: list[int] = []
    epoch: Literal[1900, 1904] = 1900
    version = 0
    shared: list[bytes] | None = None
    for kind, at, size in _records(stream, 0):
        if shared is not None and kind != CONTINUE:
            lengths, shared = _lengths(shared), None
        if at == 4:
            if kind in OLDER_BOF:
                raise Refused("old_workbook")
            if kind != BOF or size < 4:
                raise DamagedRecords
            (version,) = struct.unpack_from("<H", stream, at)
        if kind == FILE_PASS:
            raise Refused("locked_workbook")
        if kind in NEVER_NEEDED:
            _rename(stream, at, IGNORED)
        elif kind == CODE_PAGE and version == BIFF8 and size >= 2:
            # Its texts are Unicode whatever it says.
            struct.pack_into("<H", stream, at, UNICODE)
        elif kind == DATE_1904 and size >= 2:
            epoch = 1904 if stream[at] else 1900
        elif kind == BOUND_SHEET:
            if size < 8:
                raise DamagedRecords
            sheets.append(struct.unpack_from("<I", stream, at)[0])
        elif kind == SHARED_STRINGS:
            shared = [bytes(stream[at : at + size])]
        elif kind == CONTINUE and shared is not None:
            shared.append(bytes(stream[at : at + size]))
    if len({*sheets}) < len(sheets):
        raise DamagedRecords
    _require_modest(stream, sheets, lengths)
    return Records(stream, epoch)


def _records(stream: bytearray, at: int) -> Iterator[tuple[int, int, int]]:
    """Kind, place and size of the content of each record, up to the end of the sheet."""
    end = len(stream)
    unpack = HEAD.unpack_from
    while at + 4 <= end:
        kind, size = unpack(stream, at)
        at += 4
        if at + size > end:
            break
        yield kind, at, size
        if kind == EOF:
            return
        at += size
    raise DamagedRecords


def _rename(stream: bytearray, at: int, kind: int) -> None:
    struct.pack_into("<H", stream, at - 4, kind)


def _require_modest(stream: bytearray, sheets: list[int], lengths: list[int]) -> None:
    cells = characters = walked = 0
    place, label = struct.Struct("<HH").unpack_from, struct.Struct("<HHHI").unpack_from
    for start in sheets:
        last_row = last_column = -1
        for kind, at, size in _records(stream, start):
            if kind not in CELLS:
                if kind in NEVER_NEEDED:
                    _rename(stream, at, IGNORED)
                elif kind == STRING:
                    characters += size
                continue
            if size < (MIN_SHARED if kind == SHARED_LABEL else MIN_CELL):
                raise DamagedRecords
            if kind == SHARED_LABEL:
                row, column, _, shared = label(stream, at)
                characters += lengths[shared] if shared < len(lengths) else 0
            else:
                row, column = place(stream, at)
                if kind == MANY_RK:
                    column += size // 6
                elif kind == FORMULA:
                    _without_formula(stream, at, size)
                elif kind in TEXTS:
                    characters += size
                    _rename(stream, at, LABEL)
            if row > last_row:
                last_row = row
            if column > last_column:
                last_column = column
            if characters > MAX_CHARACTERS:
                raise Refused("unpacks_too_large", limit=MAX_CHARACTERS >> 20)
        walked += at + size - start
        cells += (last_row + 1) * (last_column + 1)
        if cells > MAX_CELLS:
            raise Refused("sheet_too_large", rows=last_row + 1, columns=last_column + 1)
        if walked > MAX_BYTES:
            raise DamagedRecords


def _without_formula(stream: bytearray, at: int, size: int) -> None:
    """A formula becomes its value: a number keeps its format that way, so that a day is still a day. A text follows in
    a record of its own, which needs this one."""
    if size < MIN_FORMULA:
        raise DamagedRecords
    if stream[at + 12 : at + 14] != b"\xff\xff":
        _rename(stream, at, NUMBER)
    elif stream[at + 6] in (1, 2):
        stream[at + 6 : at + 8] = bytes((stream[at + 8], stream[at + 6] - 1))
        _rename(stream, at, TRUTH)
    else:
        stream[at + 20 : at + 22] = b"\0\0"


def _lengths(segments: list[bytes]) -> list[int]:
    """The characters of each shared text. A text goes on in the next record with a byte that says how it is written
    there."""
    try:
        (count,) = struct.unpack_from("<I", segments[0], 4)
        if count > sum(map(len, segments)) // 3:
            raise DamagedRecords
        head = struct.Struct("<HB").unpack_from
        lengths, number, at = [], 0, 8
        segment = segments[0]
        for _ in range(count):
            if at >= len(segment):
                number, at = number + 1, 0
                segment = segments[number]
            characters, flags = head(segment, at)
            lengths.append(characters)
            at += 3
            width = 1 + (flags & 1)
            if not flags & 12 and at + characters * width <= len(segment):
                at += characters * width
                continue
            behind = 0
            if flags & 8:
                behind += 4 * struct.unpack_from("<H", segment, at)[0]
                at += 2
            if flags & 4:
                behind += struct.unpack_from("<I", segment, at)[0]
                at += 4
            while (characters - (len(segment) - at) // width) > 0:
                characters -= (len(segment) - at) // width
                number, at = number + 1, 1
                segment = segments[number]
                width = 1 + (segment[0] & 1)
            at += characters * width
            while at + behind > len(segment):
                behind -= len(segment) - at
                number, at = number + 1, 0
                segment = segments[number]
            at += behind
    except (IndexError, struct.error):
        raise DamagedRecords from None
    return lengths
