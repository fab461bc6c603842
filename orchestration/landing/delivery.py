"""A file somebody delivered, before anything is read from it: its name, its readiness, its hash.

Here: `<source>__<scope>__<as-of>.<ext>` and what leaves no doubt that it was meant, what is a delivery at all,
whether a copy is still under way. Not here: the content of the file.
"""

from __future__ import annotations

import hashlib
import re
import time
import unicodedata
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from orchestration.contracts import Contract
from orchestration.landing.kinds import ENDINGS
from orchestration.landing.refusal import Refused
from orchestration.landing.tidying import FULL_WIDTH

UNFINISHED = (".tmp", ".part", ".partial", ".crdownload", ".filepart", ".swp")
QUIET_SECONDS = 2.0
# Categories of Unicode that no eye sees.
UNSEEN = ("Cc", "Cf")
SCOPE = r"(?P<scope>\d{6}(?:\d{3})?)(?:000|000000)?"
DAY = r"(?P<year>\d{4})(?P<mark>[-._]?)(?P<month>\d\d)(?P=mark)(?P<day>\d\d)"
DAY_IN_WORDS = r"(?P<year_>\d{4})年(?P<month_>\d\d?)月(?P<day_>\d\d?)[日号]"
# What programs add to the name of a second copy.
COPY = r"[-_]*(?:\(\d{1,3}\)|副本|copy(?:_?\d{1,3})?)"
NAME = re.compile(
    rf"(?:(?:副本|复件|copy_of)[-_]*)?(?P<source>.+?)[-_]*(?<!\d){SCOPE}[-_]+(?:{DAY}|{DAY_IN_WORDS})"
    rf"(?:{COPY})*_*\.(?P<ending>[a-z]+)",
    re.ASCII,
)
ANY_SCOPE = re.compile(rf"(?<!\d){SCOPE}(?!\d)")
ANY_DAY = re.compile(rf"(?<!\d)(?:{DAY}(?!\d)|{DAY_IN_WORDS})")


@dataclass(frozen=True)
class Delivery:
    """One file and what its name says; `scope_code` has 12 digits, `ending` is in lower case."""

    path: Path
    source: str
    scope_code: str
    as_of: date
    ending: str

    @property
    def file_name(self) -> str:
        """It consists of the parts of a name and nothing else, so there is nobody's name in it."""
        return self.path.name


def parse_name(path: Path, contracts: Mapping[str, Contract]) -> Delivery:
    """What the name of a file says: source, scope and day, in the order of the rule, however they are written and
    whatever a program added for a second copy. Raises Refused with the name that was meant."""
    named = NAME.fullmatch(_plain(path.name))
    if named is None:
        raise Refused("bad_name", suggestion=_suggestion(path.name, contracts))
    source = _sources(contracts).get(_letters(named["source"]))
    if source is None:
        raise Refused("unknown_source", sources=" | ".join(contracts))
    try:
        as_of = _day(named)
    except ValueError:
        raise Refused("bad_as_of", as_of="-".join(_day_parts(named))) from None
    return Delivery(path, source, named["scope"].ljust(12, "0"), as_of, named["ending"])


def _plain(name: str) -> str:
    """A name in half-width small letters, `_` for every blank, without what nobody can see."""
    seen = "".join(letter for letter in name.translate(FULL_WIDTH) if unicodedata.category(letter) not in UNSEEN)
    return re.sub(r"\s+", "_", seen.strip()).lower()


def _letters(words: str) -> str:
    return re.sub(r"[\W_]", "", _plain(words))


def _sources(contracts: Mapping[str, Contract]) -> dict[str, str]:
    """The extracts by what they are called."""
    return {
        _letters(name): source
        for source, contract in contracts.items()
        for name in (source, contract.name_zh, contract.name_en)
    }


def _day_parts(named: re.Match[str]) -> tuple[str, str, str]:
    year, month, day = (named[part] or named[f"{part}_"] for part in ("year", "month", "day"))
    return year, month, day


def _day(named: re.Match[str]) -> date:
    return date(*map(int, _day_parts(named)))


def _suggestion(name: str, contracts: Mapping[str, Contract]) -> str:
    """The name by the rule, as far as this one says it; the rest as the rule has it."""
    plain = _plain(name)
    letters = _letters(name)
    source = next((source for called, source in _sources(contracts).items() if called in letters), "source")
    found = ANY_DAY.search(plain)
    without_day = plain.replace(found[0], "") if found else plain
    scope = ANY_SCOPE.search(without_day)
    ending = plain.rpartition(".")[2]
    try:
        day = _day(found).isoformat() if found else "YYYY-MM-DD"
    except ValueError:
        day = "YYYY-MM-DD"
    return f"{source}__{scope['scope'] if scope else 'scope'}__{day}.{ending if ending in ENDINGS else 'xlsx'}"


def files_in(folder: Path) -> list[Path]:
    """What was delivered into a folder, by name. Folders (the synthetic county's `truth/`), hidden files and the
    temporary files of copying programs and Excel are no deliveries; a folder that is named like one is, and refused."""
    return sorted(
        (
            path
            for path in folder.iterdir()
            if path.exists()
            and (path.is_file() or NAME.fullmatch(_plain(path.name)))
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
