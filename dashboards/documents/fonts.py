"""Which installed fonts a document is set in: the first that have every character needed, so that no box is ever set.

`make fonts` installs one on Debian. Nothing is drawn here.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import BinaryIO

from fontTools.ttLib import TTFont

from dashboards.documents.failures import DocumentError

# File and face of what may set each role, the best first: 仿宋 as official documents have it, where it is installed.
CANDIDATES = {
    "text": (
        ("simfang.ttf", "FangSong"),
        ("NotoSerifCJK-Regular.ttc", "Noto Serif CJK SC"),
        ("SourceHanSerifSC-Regular.otf", "Source Han Serif SC"),
        ("simsun.ttc", "SimSun"),
        ("NotoSansCJK-Regular.ttc", "Noto Sans CJK SC"),
        ("wqy-zenhei.ttc", "WenQuanYi Zen Hei"),
    ),
    "heading": (
        ("NotoSansCJK-Bold.ttc", "Noto Sans CJK SC"),
        ("SourceHanSansSC-Bold.otf", "Source Han Sans SC"),
        ("simhei.ttf", "SimHei"),
        ("wqy-zenhei.ttc", "WenQuanYi Zen Hei"),
    ),
    "figure": (
        ("NotoSansCJK-Regular.ttc", "Noto Sans CJK SC"),
        ("SourceHanSansSC-Regular.otf", "Source Han Sans SC"),
        ("simhei.ttf", "SimHei"),
        ("wqy-zenhei.ttc", "WenQuanYi Zen Hei"),
    ),
}


@dataclass(frozen=True)
class Face:
    """A font file and which of its faces."""

    path: str
    index: int


def face(role: str, characters: set[str]) -> Face:
    """The face for `role` (text, heading, figure). Raises DocumentError if none has all of `characters`."""
    installed = _installed(os.environ.get("SHUANGBAI_FONTS", ""))
    for file, name in CANDIDATES[role]:
        if (path := installed.get(file.lower())) and (found := _face(path, name)):
            index, has = found
            if all(ord(one) in has for one in characters):
                return Face(path, index)
    raise DocumentError("error.no_font")


def _folders(own: str) -> Iterator[Path]:
    """`SHUANGBAI_FONTS`, or where the system keeps its fonts."""
    if own:
        yield Path(own)
        return
    yield from (Path.home() / ".local/share/fonts", Path.home() / ".fonts", Path.home() / "Library/Fonts")
    if sys.platform == "win32":
        yield Path(os.environ.get("WINDIR", "C:/Windows")) / "Fonts"
        yield Path(os.environ.get("LOCALAPPDATA", "~")) / "Microsoft/Windows/Fonts"
    yield from (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path("/Library/Fonts"))


def _installed(own: str) -> dict[str, str]:
    files: dict[str, str] = {}
    for folder in _folders(own):
        for path in sorted(folder.rglob("*.[toTO]t[fcFC]")) if folder.is_dir() else ():
            files.setdefault(path.name.lower(), str(path))
    return files


@cache
def _face(path: str, name: str) -> tuple[int, frozenset[int]] | None:
    """Where in the file the face called `name` is, and the characters it has."""
    try:
        with open(path, "rb") as file:
            count = _faces(file)
            for index in range(count):
                font = TTFont(file, fontNumber=index, lazy=True)
                if name in {record.toUnicode() for record in font["name"].names if record.nameID in (1, 16)}:
                    return index, frozenset(font.getBestCmap() or ())
    except Exception:  # fontTools raises whatever a broken file makes it stumble over: it is no font then
        return None
    return None


def _faces(file: BinaryIO) -> int:
    header = file.read(12)
    file.seek(0)
    return int.from_bytes(header[8:12], "big") if header[:4] == b"ttcf" else 1
