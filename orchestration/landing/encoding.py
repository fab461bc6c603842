"""In which encoding a text file is written: the whole file is decoded strictly before a row is read.

Here: the choice among the encodings of the contracts. Not here: splitting text into rows. Python's own GB18030
decoder is used because it knows the four-byte characters of rare names.
"""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from orchestration.landing.refusal import Refused

BLOCK_BYTES = 1 << 20
HEAD_BYTES = 4096
# GB18030 text hardly ever looks like one Chinese character in UTF-8, never like eight.
UTF_8_CHINESE = re.compile(rb"[\xe3-\xe9][\x80-\xbf]{2}")
MIN_CHINESE = 8


def encoding_of(path: Path) -> str:
    """The name of a Python codec that decodes the whole file, byte-order mark included. Raises Refused."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head:
        raise Refused("empty_file")
    damage: list[int] = []
    for encoding in candidates(head):
        damaged_at = undecodable_at(path, encoding)
        if damaged_at is None:
            return encoding
        damage.append(damaged_at)
        if encoding == "utf-8" and _is_chinese_utf_8(head[:damaged_at]):
            break
    # The candidate that went furthest is the one it was meant to be.
    raise Refused("undecodable", position=max(damage))


def undecodable_at(path: Path, encoding: str) -> int | None:
    """The position (bytes, from 0) of the first byte that is not in `encoding`, or None. A zero character is in none:
    it is what a disk leaves of a file whose end was never written."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    without_mark = "utf-16-le" if encoding == "utf-16" else encoding.removesuffix("-sig")
    position = 0
    with path.open("rb") as file:
        while True:
            block = file.read(BLOCK_BYTES)
            pending = len(decoder.getstate()[0])
            try:
                text = decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                return position - pending + error.start
            if "\0" in text:
                decoded = position + len(block) - len(decoder.getstate()[0])
                return decoded - len(text[text.index("\0") :].encode(without_mark))
            if not block:
                return None
            position += len(block)


def candidates(head: bytes) -> list[str]:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ["utf-16"]
    if head.startswith(codecs.BOM_UTF8):
        return ["utf-8-sig"]
    # The commas, digits and line ends of UTF-16 have a zero byte, nearly always on the same side.
    written = head.rstrip(b"\0")
    low, high = written[1::2].count(0), written[0::2].count(0)
    if max(low, high) > max(2 * min(low, high), len(written) // 100):
        return ["utf-16-le" if low > high else "utf-16-be"]
    return ["utf-8", "gb18030"]


def _is_chinese_utf_8(undamaged: bytes) -> bool:
    """Whether what precedes the damage is UTF-8; damaged UTF-8 may well be decodable as GB18030, to nonsense."""
    return len(UTF_8_CHINESE.findall(undamaged)) >= MIN_CHINESE
