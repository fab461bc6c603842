"""What time it is, for every stamp that the installation puts on what it does: runs, landings, editions, the workbench.

Here: the one place that asks. Not here: the data's own clock, the newest as-of, which decides every figure. Only the
demonstration tells another time: its county is invented, and so are the days on which it delivers.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from time import monotonic

STAMP = "%Y%m%dT%H%M%S%fZ"
STAMP_LENGTH = len("20260101T000000000000Z")

_told: list[tuple[datetime, float]] = []


def now() -> datetime:
    """In UTC; within `telling`, the moment told and what has passed since."""
    if not _told:
        return datetime.now(UTC)
    moment, began = _told[-1]
    return moment + timedelta(seconds=monotonic() - began)


def next_stamp(moment: datetime, taken: Iterable[str]) -> str:
    """A name that sorts by time: the moment's, or a microsecond after the latest of those `taken` (of longer ones the
    beginning counts), so that what comes later sorts later even if the clock was put back."""
    latest = max((name[:STAMP_LENGTH] for name in taken), default="")
    stamp = f"{moment:{STAMP}}"
    if stamp <= latest:
        stamp = f"{datetime.strptime(latest, STAMP) + timedelta(microseconds=1):{STAMP}}"
    return stamp


@contextmanager
def telling(moment: datetime) -> Generator[None]:
    """In this process it is `moment`, and time goes on from there."""
    _told.append((moment.astimezone(UTC), monotonic()))
    try:
        yield
    finally:
        _told.pop()
