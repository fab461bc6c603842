"""The container of old office files (OLE): what lies in it, and one stream put into a container of its own.

Here: sectors, chains and the directory, each believed only as far as the file has bytes for it. Not here: what a
stream means (biff.py, kinds.py).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
HEADER_BYTES = 512
ENTRY_BYTES = 128
MINI_BYTES = 64
FREE, END, FAT_SECTOR, LAST_SECTOR = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFA
STREAM, ROOT = 2, 5
SECTOR_SHIFTS = (9, 12)
# The container that `wrapped` makes has large sectors, so that its header has place for all of its tables.
WRAPPED_SHIFT = 12
WRAPPED_TABLES = 109


class DamagedContainer(Exception):
    """The container contradicts itself, or says that it has more than it has."""


class Compound:
    """An open container; `names` are those of the streams at its top."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        head = file.read(HEADER_BYTES)
        if len(head) < HEADER_BYTES or not head.startswith(SIGNATURE):
            raise DamagedContainer
        (shift,) = struct.unpack_from("<H", head, 30)
        if shift not in SECTOR_SHIFTS:
            raise DamagedContainer
        self._file = file
        self._sector_bytes = 1 << shift
        self._sectors = size // self._sector_bytes + 1
        directory, _, self._mini_below, mini_table, _, more_tables = struct.unpack_from("<6I", head, 48)
        tables = [*self._tables(struct.unpack_from("<109I", head, 76), more_tables)]
        self._next = self._numbers(tables)
        entries = self._joined(self._chain(directory, self._next))
        self._entries = [entries[i : i + ENTRY_BYTES] for i in range(0, len(entries) - ENTRY_BYTES + 1, ENTRY_BYTES)]
        if not self._entries or self._entries[0][66] != ROOT:
            raise DamagedContainer
        self._next_mini = self._numbers(self._chain(mini_table, self._next))
        self._streams = {_name(self._entries[i]): i for i in reversed([*self._at_the_top()])}

    @property
    def names(self) -> set[str]:
        return set(self._streams)

    def stream(self, name: str) -> bytes:
        """The content of one of the `names`."""
        entry = self._entries[self._streams[name]]
        start, size = struct.unpack_from("<2I", entry, 116)
        if size >= self._mini_below:
            return self._joined(self._chain(start, self._next))[:size]
        (first,) = struct.unpack_from("<I", self._entries[0], 116)
        minis = self._joined(self._chain(first, self._next))
        chain = self._chain(start, self._next_mini)
        return b"".join(minis[i * MINI_BYTES : (i + 1) * MINI_BYTES] for i in chain)[:size]

    def _tables(self, named: tuple[int, ...], more: int) -> Iterator[int]:
        """The sectors of the allocation table: those named in the header, then in a chain of sectors of such names."""
        yield from (sector for sector in named if sector < LAST_SECTOR)
        for _ in range(self._sectors):
            if more >= LAST_SECTOR:
                return
            *sectors, more = self._numbers([more])
            yield from (sector for sector in sectors if sector < LAST_SECTOR)
        raise DamagedContainer

    def _numbers(self, sectors: list[int]) -> list[int]:
        if len(sectors) > self._sectors:
            raise DamagedContainer
        content = self._joined(sectors)
        return list(struct.unpack(f"<{len(content) // 4}I", content))

    def _chain(self, sector: int, following: list[int]) -> list[int]:
        chain: list[int] = []
        while sector not in (END, FREE):
            if sector >= len(following) or len(chain) >= len(following):
                raise DamagedContainer
            chain.append(sector)
            sector = following[sector]
        return chain

    def _joined(self, sectors: list[int]) -> bytes:
        return b"".join(map(self._sector, sectors))

    def _sector(self, number: int) -> bytes:
        self._file.seek((number + 1) * self._sector_bytes)
        content = self._file.read(self._sector_bytes)
        if not content:
            raise DamagedContainer
        return content.ljust(self._sector_bytes, b"\0")

    def _at_the_top(self) -> Iterator[int]:
        """The streams that are no part of something embedded."""
        (first,) = struct.unpack_from("<I", self._entries[0], 76)
        waiting, seen = [first], set()
        while waiting:
            i = waiting.pop()
            if i in seen or i >= len(self._entries):
                continue
            seen.add(i)
            waiting += struct.unpack_from("<2I", self._entries[i], 68)
            if self._entries[i][66] == STREAM:
                yield i


def _name(entry: bytes) -> str:
    return entry[:64].decode("utf-16-le", errors="replace").partition("\0")[0]


def names_in(path: Path) -> set[str]:
    """The names of the streams at the top of a container. Raises DamagedContainer."""
    with path.open("rb") as file:
        return Compound(file, path.stat().st_size).names


def stream_of(path: Path, name: str) -> bytes:
    """Raises DamagedContainer."""
    with path.open("rb") as file:
        return Compound(file, path.stat().st_size).stream(name)


def wrapped(name: str, stream: bytes | bytearray) -> BytesIO:
    """A container that holds one stream, every chain of it in order; for at most 400 MiB."""
    size = 1 << WRAPPED_SHIFT
    stream_sectors = -(-max(len(stream), size) // size)
    per_table = size // 4
    # The library wants a sector for small streams even where there are none.
    directory, small, first_table = stream_sectors, stream_sectors + 1, stream_sectors + 2
    tables = -(-first_table // (per_table - 1))
    following = [*range(1, stream_sectors), END, END, END, *[FAT_SECTOR] * tables]
    following += [FREE] * (tables * per_table - len(following))
    named = [*range(first_table, first_table + tables)]
    head = SIGNATURE + bytes(16) + struct.pack("<5H6x", 0x3E, 4, 0xFFFE, WRAPPED_SHIFT, 6)
    head += struct.pack("<9I", 1, tables, directory, 0, size, END, 0, END, 0)
    head += struct.pack(f"<{WRAPPED_TABLES}I", *named, *[FREE] * (WRAPPED_TABLES - tables))
    entries = _entry("Root Entry", ROOT, 1, small, 0) + _entry(name, STREAM, FREE, 0, stream_sectors * size)
    out = BytesIO()
    out.write(head.ljust(size, b"\0"))
    out.write(stream)
    out.write(bytes(stream_sectors * size - len(stream)))
    out.write(entries.ljust(2 * size, b"\0"))
    out.write(struct.pack(f"<{len(following)}I", *following))
    out.seek(0)
    return out


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    letters = name.encode("utf-16-le")
    head = letters.ljust(64, b"\0") + struct.pack("<HBB3I", len(letters) + 2, kind, 1, FREE, FREE, child)
    return head + bytes(36) + struct.pack("<IQ", start, size)
