"""A file somebody delivered, before anything is read from it: its name, its readiness, its hash.

Here: `<source>__<scope>__<as-of>.<ext>`, what is a delivery at all, whether a copy is still under way. Not here: the
content of the file.
"""

from __future__ import annotations

import hashlib
import os
import re
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from orchestration.landing.refusal import Refused

FORMATS = ("csv", "xlsx", "parquet")
UNFINISHED = (".tmp", ".part", ".partial", ".crdownload", ".filepart", ".swp")
QUIET_SECONDS = 2.0
NAME = re.compile(
    r"(?P<source>.+?)__(?P<scope>\d{6}|\d{9})__(?P<as_of>\d{4}-\d{2}-\d{2})\.(?P<format>[A-Za-z]+)", re.ASCII
)


@dataclass(frozen=True)
class Delivery:
    """One file and what its name says; `scope_code` has 12 digits."""

    path: Path
    source: str
    scope_code: str
    as_of: date
    file_format: str

    @property
    def file_name(self) -> str:
        return self.path.name


def shown_name(path: Path) -> str:
    """The name of a file as it can be written and printed: bytes that are not UTF-8 come from an archive packed on
    Windows, so they are GB18030."""
    try:
        path.name.encode()
    except UnicodeEncodeError:
        return os.fsencode(path.name).decode("gb18030", errors="replace")
    return path.name


def parse_name(path: Path) -> Delivery:
    """What the name of a file says. Raises Refused."""
    named = NAME.fullmatch(path.name)
    if named is None:
        raise Refused("bad_name")
    if named["format"].lower() not in FORMATS:
        raise Refused("unknown_format", formats=" ".join(FORMATS))
    try:
        as_of = date.fromisoformat(named["as_of"])
    except ValueError:
        raise Refused("bad_as_of", as_of=named["as_of"]) from None
    return Delivery(path, named["source"], named["scope"].ljust(12, "0"), as_of, named["format"].lower())


def files_in(folder: Path) -> list[Path]:
    """What was delivered into a folder, by name. Folders (the synthetic county's `truth/`), hidden files and the
    temporary files of copying programs and Excel are no deliveries; a folder that is named like one is, and refused."""
    return sorted(
        (
            path
            for path in folder.iterdir()
            if path.exists()
            and (path.is_file() or NAME.fullmatch(path.name))
            and not path.name.startswith((".", "~$"))
            and not path.name.lower().endswith((*UNFINISHED, "~"))
        ),
        key=lambda path: path.name,
    )


def look(path: Path) -> tuple[int, int]:
    """Size and mtime: two equal looks mean that nobody wrote in between."""
    state = path.stat()
    return state.st_size, state.st_mtime_ns


def is_quiet(path: Path) -> bool:
    """Whether the file was last written at least two seconds ago (or, by a wrong clock, in the future)."""
    return not 0 <= time.time() - path.stat().st_mtime < QUIET_SECONDS


class FirstLooks:
    """The files of a folder that somebody wrote within the last two seconds, as they were when the run began."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self._looks: dict[Path, tuple[int, int]] = {}
        for path in paths:
            with suppress(FileNotFoundError):
                if not is_quiet(path):
                    self._looks[path] = look(path)
        self._until = time.monotonic() + QUIET_SECONDS

    def were_last(self, path: Path) -> bool:
        """Whether nobody writes `path`: it is quiet, or still the same two seconds after the run began, for which this
        waits; however many files are young, all of them have waited then."""
        if is_quiet(path):
            return True
        time.sleep(max(self._until - time.monotonic(), 0))
        return look(path) == self._looks.get(path)


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
