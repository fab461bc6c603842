"""The months of the synthetic county and the days on which things are exported.

Dates are numpy datetime64: `M8[D]` for days, `M8[s]` for times (local, no zone). No wall clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypeVar

import numpy as np

# One, or many.
Times = TypeVar("Times", np.ndarray, np.datetime64)
NEVER = np.datetime64("NaT")


def days(count: int) -> np.timedelta64:
    return np.timedelta64(count, "D")


def end_of_day(day: Times) -> Times:
    """23:59:59 of `day`."""
    return (day + days(1)).astype("M8[s]") - np.timedelta64(1, "s")  # ty: ignore[invalid-explicit-return]


@dataclass(frozen=True)
class Timeline:
    """`months` consecutive calendar months; the last is the one of `as_of` and may still be running."""

    as_of: np.datetime64
    months: np.ndarray

    @classmethod
    def ending(cls, as_of: date, months: int) -> Timeline:
        """Raises ValueError unless `months` is at least 1."""
        if months < 1:
            raise ValueError(f"months must be at least 1, not {months}")
        last = np.datetime64(as_of, "M")
        return cls(np.datetime64(as_of, "D"), last - np.arange(months)[::-1])

    @property
    def start(self) -> np.datetime64:
        return self.months[0].astype("M8[D]")

    @property
    def last(self) -> int:
        return len(self.months) - 1

    @property
    def newest_whole(self) -> int:
        """The last month, or the one before while the last is still running; 0 where there is none before."""
        is_running = self.as_of < (self.months[-1] + 1).astype("M8[D]") - days(1)
        return max(self.last - is_running, 0)

    def end(self, month: int) -> np.datetime64:
        """The last exported day of a month: its last day, or `as_of` while it runs."""
        return min((self.months[month] + 1).astype("M8[D]") - days(1), self.as_of)

    def index(self, when: np.ndarray | np.datetime64) -> np.ndarray:
        """Position of the month of each date or time; may lie outside 0..last. NaT gives a large negative number."""
        return (when.astype("M8[M]") - self.months[0]).astype("int64")

    def before_end(self, month: int, lag: int) -> np.datetime64 | None:
        """`lag` days before the month's end, or None if that is in the month before."""
        day = self.end(month) - days(lag)
        return day if day.astype("M8[M]") == self.months[month] else None

    def after_end(self, month: int, lag: int) -> np.datetime64 | None:
        """`lag` days after the month's end, or None if that is not before `as_of`."""
        day = self.end(month) + days(lag)
        return day if day < self.as_of else None
