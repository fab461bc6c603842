"""In which encoding a text file is written: the whole file is decoded strictly before a row is read.

Here: the choice among the encodings of the contracts. Not here: splitting text into rows. Python's own GB18030
decoder is used because it knows the four-byte characters of rare names.
"""

from __future__ import annotations

import codecs
from pathlib import Path

from orchestration.landing.refusal import Refused

BLOCK_BYTES = 1 << 20


def encoding_of(path: Path) -> str:
    """The name of a Python codec that decodes the whole file, byte-order mark included. Raises Refused."""
    with path.open("rb") as file:
        head = file.read(4096)
    if not head:
        raise Refused("empty_file")
    for encoding in _candidates(head):
        if undecodable_at(path, encoding) is None:
            return encoding
    raise Refused("undecodable", position=undecodable_at(path, _candidates(head)[0]))


def undecodable_at(path: Path, encoding: str) -> int | None:
    """The position (bytes, from 0) of the first byte that is not in `encoding`, or None."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    position = 0
    with path.open("rb") as file:
        while True:
            block = file.read(BLOCK_BYTES)
            pending = len(decoder.getstate()[0])
            try:
                decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                return position - pending + error.start
            if not block:
                return None
            position += len(block)


def _candidates(head: bytes) -> list[str]:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ["utf-16"]
    if head.startswith(codecs.BOM_UTF8):
        return ["utf-8-sig"]
    # Text never holds a zero byte, but the commas and digits of UTF-16 do, always on the same side.
    low, high = head[1::2].count(0), head[0::2].count(0)
    if low or high:
        return ["utf-16-le" if low > high else "utf-16-be"]
    return ["utf-8", "gb18030"]
