"""How large an `.xlsx` or `.xlsb` becomes in memory, found out before a workbook library is let near it.

Here: the limits, and one streaming pass over the archive that enforces them. Not here: reading a cell. The pass
believes nothing that the archive says of itself: it inflates every part, and takes a sheet's size from its cells.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from orchestration.landing.refusal import Refused

BLOCK_BYTES = 1 << 20
# A million rows of twenty columns are about 1 GiB of XML.
MAX_UNPACKED = 2 << 30
# Sheets are streamed; the texts they share, and whatever else there is, are held whole.
MAX_WITHOUT_ROWS = 512 << 20
# A sheet is held as a rectangle of 32 bytes a cell: one stray cell in the last corner would take 512 GiB.
MAX_CELLS = 1 << 25
COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# An archive that says where its parts begin may say any number: seeking there is an OSError.
DAMAGED = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, RuntimeError, ValueError, OSError)
# The parts of an `.xlsb`: a row, cells of eleven kinds, and what comes before all rows.
BINARY = ".bin"
ROW, LAST_CELL, SHEET_DATA = 0, 11, 145
# Kind and size of a record, and the first number in it.
LONGEST_HEAD = 10
ROW_OR_CELL = re.compile(rb"<(?:\w+:)?(row|c)(?=[\s/>])(?:[^<>]*?\sr\s*=\s*[\"']([A-Za-z]{0,7})(\d{0,12}))?")
# Anything but <row r="1" and <c r="A1" up to AF999999, which is what nearly every sheet consists of. 32 columns of a
# million rows are within bounds, so such a sheet need not be measured.
OUT_OF_THE_ORDINARY = re.compile(rb"<(?:\w+:(?:row|c)|row(?! r=\"\d{1,6}\")|c(?! r=\"(?:[A-Z]|A[A-F])\d{1,6}\"))[\s/>]")


def require_modest_size(path: Path) -> None:
    """Raises Refused for what is no archive, is damaged, or would not fit in memory; takes some MiB itself."""
    left = MAX_UNPACKED
    try:
        with zipfile.ZipFile(path) as archive:
            for part in archive.infolist():
                left -= _unpacked(archive, part, left)
    except DAMAGED:
        raise Refused("unreadable_file") from None


def _unpacked(archive: zipfile.ZipFile, part: zipfile.ZipInfo, left: int) -> int:
    """The bytes of one part, at most `left`."""
    if part.compress_type not in COMPRESSIONS:
        raise zipfile.BadZipFile
    # What is declared may be a lie; the stream ends where it ends.
    part.file_size = left + 2 * BLOCK_BYTES
    if part.filename.endswith(BINARY):
        with archive.open(part) as file:
            _require_modest_reach(_places(file))
    size, has_rows, is_ordinary = 0, False, True
    with archive.open(part) as file:
        for block in _whole_tags(file):
            size += len(block)
            has_rows = has_rows or ROW_OR_CELL.search(block) is not None
            is_ordinary = is_ordinary and OUT_OF_THE_ORDINARY.search(block) is None
            if size > (left if has_rows else min(left, MAX_WITHOUT_ROWS)):
                raise Refused("unpacks_too_large", limit=MAX_UNPACKED >> 20)
    if not is_ordinary:
        with archive.open(part) as file:
            _require_modest_reach(Reach().grown(_whole_tags(file)))
    return size


def _require_modest_reach(corners: Iterator[tuple[int, int]]) -> None:
    for rows, columns in corners:
        if rows * columns > MAX_CELLS:
            raise Refused("sheet_too_large", rows=rows, columns=columns)


def _places(file: IO[bytes]) -> Iterator[tuple[int, int]]:
    """The last row and column that the cells of a binary sheet reach, as they grow. A record begins with its kind and
    its size, each in as many bytes as it takes; a cell's first four bytes are its column, a row's its number."""
    rest, at, row, columns, in_sheet = b"", 0, 0, 0, False
    while True:
        if len(rest) - at < LONGEST_HEAD:
            block = file.read(BLOCK_BYTES)
            rest, at = rest[at:] + block, 0
            if not rest:
                return
        kind, at = _number(rest, at, 2)
        size, at = _number(rest, at, 4)
        if kind == SHEET_DATA:
            in_sheet = True
        elif in_sheet and kind <= LAST_CELL:
            if size < 4:
                # The library would take the place from the record before: any number, and memory for as many rows.
                raise zipfile.BadZipFile
            place = int.from_bytes(rest[at : at + 4], "little")
            if kind == ROW:
                # The library takes the last row for the lowest: where rows go back it would ask for 2**32 of them.
                row = place + 1 if place + 1 >= row else 1 << 32
            elif place >= columns:
                columns = place + 1
            yield row, columns
        at += size
        while at > len(rest):
            at -= len(rest)
            rest = file.read(BLOCK_BYTES)
            if not rest:
                return


def _number(content: bytes, at: int, longest: int) -> tuple[int, int]:
    """A number of seven bits a byte, the lowest first, and where the next one begins."""
    number = 0
    for i, byte in enumerate(content[at : at + longest]):
        number |= (byte & 0x7F) << 7 * i
        if byte < 0x80:
            return number, at + i + 1
    return number, at + longest


def _whole_tags(file: IO[bytes]) -> Iterator[bytes]:
    """The content in blocks that end before a tag."""
    rest = b""
    while block := file.read(BLOCK_BYTES):
        block = rest + block
        cut = block.rfind(b"<")
        if cut == 0 and b">" not in block and ROW_OR_CELL.match(block):
            raise zipfile.BadZipFile
        cut = cut if cut > 0 else len(block)
        yield block[:cut]
        rest = block[cut:]
    yield rest


class Reach:
    """The last row and column that the cells of a sheet reach, or more where cells do not say where they stand."""

    def __init__(self) -> None:
        self.rows = 0
        self.columns = 0
        self._last_row = self._last_column = 0
        self._row_tags = self._run = self._longest_run = 0
        self._is_bare = False

    def grown(self, blocks: Iterable[bytes]) -> Iterator[tuple[int, int]]:
        for block in blocks:
            self.extend(block)
            yield self.rows, self.columns

    def extend(self, block: bytes) -> None:
        found = ROW_OR_CELL.findall(block)
        if not found:
            return
        tags, letters, digits = zip(*found, strict=True)
        self._last_row = max(self._last_row, *(int(row or 0) for row in set(digits)))
        self._last_column = max(self._last_column, *(_column_number(column) for column in set(letters)))
        first, *others = b"".join(tag[:1] for tag in tags).split(b"r")
        runs = [self._run + len(first), *map(len, others)]
        self._row_tags += len(others)
        self._run, self._longest_run = runs[-1], max(self._longest_run, *runs)
        self._is_bare |= b"" in digits
        self.rows = self._last_row + (self._row_tags if self._is_bare else 0)
        self.columns = self._last_column + (self._longest_run if self._is_bare else 0)


def _column_number(letters: bytes) -> int:
    """A is 1, Z is 26, AA is 27."""
    number = 0
    for letter in letters.upper():
        number = 26 * number + letter - 64
    return number
